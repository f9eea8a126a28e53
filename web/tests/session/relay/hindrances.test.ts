/** What keeps people out that is nobody's fault: a full relay, no relay, another relay, a browser that cannot. */
import { afterEach, describe, expect, it } from "vitest";
import { RelayProcess } from "../support/relay-process";
import { create, join, linkOf, PASSWORD, sees } from "../support/scenes";
import { Tab } from "../support/tab";
import { TcpProxy } from "../support/tcp-proxy";
import { until } from "../support/until";

const FORM = { alias: "Ada", roomName: "Greenhouse", password: PASSWORD, lifetimeMinutes: 60 };

let relay: RelayProcess;
afterEach(() => relay.kill());

describe("a relay", () => {
  it("that is full says so", async () => {
    relay = await RelayProcess.start(["--max-rooms", "1"]);
    await create(relay.origin);
    const tab = new Tab(relay.origin);
    await tab.app.create(FORM);
    expect(tab.app.problem.value).toEqual({ name: "relay-full" });
    expect(tab.app.phase.value.at).toBe("start");
    expect(tab.app.step.value).toBeUndefined();
  });

  it("with a shorter longest lifetime says so before and after the form", async () => {
    relay = await RelayProcess.start(["--max-lifetime", "10m"]);
    const hasty = new Tab(relay.origin);
    await hasty.app.create(FORM);
    expect(hasty.app.problem.value).toEqual({ name: "lifetime-out-of-range", min: 5, max: 10 });
    expect(hasty.app.maxLifetimeMinutes.value).toBe(10);
    await hasty.app.create({ ...FORM, lifetimeMinutes: 10 });
    expect(hasty.app.problem.value).toBeUndefined();
    expect(hasty.app.phase.value.at).toBe("room");
  });

  it("that cannot be reached is told after a while, and works once it is there", async () => {
    relay = await RelayProcess.start();
    const proxy = await TcpProxy.start(relay.port);
    proxy.down();
    const tab = new Tab(proxy.origin);
    const creating = tab.app.create(FORM);
    await until("to connect", () => tab.app.step.value?.name === "connecting");
    tab.clock.forward(15_000);
    await creating;
    expect(tab.app.problem.value).toEqual({ name: "no-connection" });
    proxy.up();
    await tab.app.create(FORM);
    expect(tab.app.phase.value.at).toBe("room");
    await proxy.stop();
  });

  it("that cannot be reached at the door is told, and the door opens once it is there", async () => {
    relay = await RelayProcess.start();
    const proxy = await TcpProxy.start(relay.port);
    const ada = await create(relay.origin);
    proxy.down();
    const tab = new Tab(proxy.origin, linkOf(ada).slice(relay.origin.length));
    tab.clock.forward(15_000);
    await until("to be told", () => tab.app.problem.value?.name === "no-connection");
    expect(tab.app.phase.value).toEqual({ at: "door", roomName: undefined });
    proxy.up();
    await until("the door", () => tab.app.door.value !== undefined);
    expect(tab.app.problem.value).toBeUndefined();
    await tab.app.join({ alias: "Grace", password: PASSWORD });
    await sees(ada, "Ada", "Grace");
    await proxy.stop();
  });

  it("that was stopped and started again while somebody stood at the start serves them as before", async () => {
    relay = await RelayProcess.start();
    const tab = new Tab(relay.origin);
    const { port } = relay;
    await relay.stop();
    relay = await RelayProcess.start([], port);
    await tab.app.create(FORM);
    expect(tab.app.phase.value.at).toBe("room");
  });

  it("that was started again while somebody stood at the door has forgotten the room", async () => {
    relay = await RelayProcess.start();
    const ada = await create(relay.origin);
    const tab = new Tab(relay.origin, linkOf(ada).slice(relay.origin.length));
    await until("the door", () => tab.app.door.value !== undefined);
    const { port } = relay;
    await relay.stop();
    relay = await RelayProcess.start([], port);
    await tab.app.join({ alias: "Grace", password: PASSWORD });
    expect(tab.app.phase.value).toEqual({ at: "ended", why: "gone" });
  });
});

describe("creating", () => {
  it("can be called off at each step, and works afterwards", async () => {
    relay = await RelayProcess.start();
    const tab = new Tab(relay.origin);
    for (const step of ["connecting", "deriving-keys", "entering"]) {
      if (step === "connecting") tab.app.startOver();
      const creating = tab.app.create(FORM);
      await until(step, () => tab.app.step.value?.name === step);
      tab.app.cancel();
      await creating;
      expect(tab.app.step.value).toBeUndefined();
      expect(tab.app.phase.value.at).toBe("start");
      expect(tab.storage.size).toBe(0);
    }
    await tab.app.create(FORM);
    expect(tab.app.phase.value.at).toBe("room");
  });

  it("survives a line that is cut in the middle of it", async () => {
    relay = await RelayProcess.start();
    const proxy = await TcpProxy.start(relay.port);
    const tab = new Tab(proxy.origin);
    const creating = tab.app.create(FORM);
    await until("keys", () => tab.app.step.value?.name === "deriving-keys");
    proxy.cut();
    await creating;
    expect(tab.app.phase.value.at).toBe("room");
    await proxy.stop();
  });
});

describe("a browser", () => {
  it("that lacks something is told what, and nothing is tried", async () => {
    relay = await RelayProcess.start();
    const tab = new Tab(relay.origin, "/", new Map(), "WebCrypto");
    expect(tab.app.problem.value).toEqual({ name: "browser-unsupported", what: "WebCrypto" });
    await tab.app.create(FORM);
    expect(tab.app.phase.value.at).toBe("start");
    expect(tab.app.step.value).toBeUndefined();
    const ada = await create(relay.origin);
    const door = new Tab(
      relay.origin,
      linkOf(ada).slice(relay.origin.length),
      new Map(),
      "WebSocket",
    );
    expect(door.app.problem.value).toEqual({ name: "browser-unsupported", what: "WebSocket" });
    const grace = await join(relay.origin, linkOf(ada), "Grace");
    await sees(grace, "Ada", "Grace");
  });
});
