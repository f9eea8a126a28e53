/** Who gets what is written, whatever was begun, whatever vanishes meanwhile: the composer without its page, on a real session. */
import { computed, signal } from "@preact/signals-core";
import { describe, expect, test } from "vitest";
import type { Text } from "../../src/e2ee";
import type { MessageEntry, Person, RoomView } from "../../src/session/types";
import { Draft } from "../../src/ui/room/composer/draft";
import { submit } from "../../src/ui/room/composer/submit";
import { ada, ben, cleo, id, Speaking } from "../session/support/speaking";

/** Ada's tab, with Ben and Cleo in the room. */
class Desk {
  readonly room = new Speaking();
  readonly people = signal<readonly Person[]>([ada, ben, cleo]);
  readonly view = {
    entries: this.room.entries.list,
    people: this.people,
    send: (body, options) => this.room.speech.write(body, options),
    edit: (key, body) => this.room.speech.edit(key, body),
    clear: () => this.room.entries.clear(),
  } as Partial<RoomView> as RoomView;
  readonly draft = new Draft(this.view);
  readonly asked: string[] = [];
  #heard = 0;

  hear(from: Person, body: string, circle?: readonly Person[], more: Partial<Text> = {}) {
    this.#heard += 1;
    const text = { kind: "text", id: id(this.#heard), replyTo: undefined, burnS: 0, body } as const;
    const ids = circle && [from, ...circle].map((person) => person.id);
    this.room.lines.take(from, { ...text, ...more }, ids);
    this.room.burning.see(this.room.last.key);
    return this.room.last;
  }

  /** Writes into the field and presses Enter; what stands against it. */
  async enter(text?: string): Promise<string | undefined> {
    if (text !== undefined) this.draft.text.value = text;
    const outcome = await submit(this.view, this.draft, ({ what }) => this.asked.push(what));
    return outcome?.problem;
  }

  /** All that went out, with those who can read it; "all" for what is open. */
  async sent(): Promise<string[]> {
    await this.room.outbox.pump();
    const whispers = this.room.whispers.map(({ to, said }) => {
      const names = [ben, cleo].filter((who) => to.includes(who.id)).map(({ alias }) => alias);
      return `${names.join("+")}: ${"body" in said ? said.body : said.kind}`;
    });
    const open = this.room.frames
      .filter((frame) => frame.type === "Message" && frame.payload.length > 0)
      .map((frame) => new TextDecoder().decode("payload" in frame ? frame.payload : undefined));
    return [...whispers, ...open.map((text) => `all: ${text}`)];
  }

  get audience(): string {
    return this.draft.audience.value?.map(({ alias }) => alias).join("+") ?? "all";
  }
}

const own = (desk: Desk): MessageEntry => desk.room.last;

describe("an answer to a whisper that is gone before it is sent", () => {
  const vanish: [string, (desk: Desk) => void][] = [
    ["burnt", (desk) => desk.room.clock.pass(5_000)],
    [
      "taken back",
      ({ room }) =>
        room.lines.take(ben, { kind: "delete", id: id(99), target: id(1) }, [ben.id, ada.id]),
    ],
    ["cleared", ({ view }) => view.clear()],
  ];

  test.each(vanish)("is not sent: %s", async (_, goes) => {
    const desk = new Desk();
    desk.draft.reply(desk.hear(ben, "psst", [ada], { burnS: 5 }));
    desk.draft.text.value = "our secret";
    goes(desk);
    expect(desk.audience).toBe("Ben");
    for (const text of ["our secret", "/me secretly nods", "/burn 5s secret"]) {
      expect(await desk.enter(text)).toMatch(/not here any more. Nothing was sent/);
      expect(desk.draft.text.value).toBe(text);
    }
    expect(await desk.sent()).toEqual([]);
    // Escape leaves a whisper; only the next one opens the room.
    expect(desk.draft.escape()).toBe(true);
    expect(desk.audience).toBe("Ben");
    await desk.enter("our secret");
    expect(await desk.sent()).toEqual(["Ben: our secret"]);
    desk.draft.escape();
    expect(desk.audience).toBe("all");
  });

  test("keeps nothing of what it answers, and an open one is sent for itself", async () => {
    const desk = new Desk();
    desk.draft.reply(desk.hear(ben, "a secret of Ben's", [ada], { burnS: 5 }));
    expect(desk.draft.answer.value?.message?.body).toBe("a secret of Ben's");
    desk.room.clock.pass(5_000);
    expect(desk.draft.answer.value?.message).toBeUndefined();
    desk.draft.reply(desk.hear(ben, "for all", undefined, { burnS: 5 }));
    desk.room.clock.pass(5_000);
    expect(desk.draft.answer.value).toBeUndefined();
    expect(await desk.enter("hm")).toBeUndefined();
    expect(await desk.sent()).toEqual([expect.stringMatching(/^all: .*hm$/s)]);
  });

  test("shows what it answers as it is now", () => {
    const desk = new Desk();
    desk.draft.reply(desk.hear(ben, "frist"));
    const edit = { kind: "edit", id: id(98), target: id(1), revision: 1, body: "first" } as const;
    desk.room.lines.take(ben, edit, undefined);
    expect(desk.draft.answer.value?.message?.body).toBe("first");
  });
});

describe("with an answer to a whisper open", () => {
  const begun = () => {
    const desk = new Desk();
    desk.draft.reply(desk.hear(ben, "psst", [ada]));
    return desk;
  };

  test("/whisper to somebody else goes to them, and is no answer", async () => {
    const desk = begun();
    desk.draft.text.value = "/whisper Cleo secret";
    expect(desk.audience).toBe("Cleo");
    expect(await desk.enter()).toBeUndefined();
    expect(await desk.sent()).toEqual(["Cleo: secret"]);
    expect(own(desk)).not.toHaveProperty("replyTo");
  });

  test("/whisper alone takes its place, and it takes the place of a whisper", async () => {
    const desk = begun();
    await desk.enter("/whisper Cleo");
    expect(desk.draft.answer.value).toBeUndefined();
    expect(desk.audience).toBe("Cleo");
    desk.draft.reply(desk.hear(ben, "again", [ada]));
    expect(desk.audience).toBe("Ben");
    await desk.enter("yes");
    expect(await desk.sent()).toEqual(["Ben: yes"]);
  });

  test("everybody who takes part is named, and who has left is not", () => {
    const desk = new Desk();
    desk.draft.reply(desk.hear(ben, "psst", [ada, cleo]));
    expect(desk.audience).toBe("Ben+Cleo");
    desk.people.value = [ada, ben];
    expect(desk.audience).toBe("Ben");
    desk.people.value = [ada];
    expect(desk.audience).toBe("");
    expect(desk.draft.isWhisper).toBe(true);
  });

  test("a command that sends nothing leaves it open", async () => {
    const desk = begun();
    await desk.enter("/help");
    expect(desk.asked).toEqual(["help"]);
    expect(desk.draft.text.value).toBe("");
    await desk.enter("yes");
    expect(await desk.sent()).toEqual(["Ben: yes"]);
  });

  test("an open message can be answered in a whisper", async () => {
    const desk = new Desk();
    const asked = desk.hear(ben, "who knows?");
    desk.draft.reply(asked);
    await desk.enter("/whisper Cleo he does");
    expect(await desk.sent()).toEqual(["Cleo: he does"]);
    expect(own(desk).replyTo).toBe(asked.name);
  });
});

describe("while an own message is changed", () => {
  test("what was begun before waits, and comes back with all that it goes along with", async () => {
    const desk = new Desk();
    await desk.enter("said to all");
    const said = own(desk);
    desk.draft.reply(desk.hear(ben, "psst", [ada]));
    desk.draft.text.value = "half a secret";
    desk.draft.edit(said);
    expect(desk.audience).toBe("all");
    expect(await desk.enter("said to everybody")).toBeUndefined();
    expect(desk.audience).toBe("Ben");
    expect(desk.draft.text.value).toBe("half a secret");
    await desk.enter();
    expect((await desk.sent())[0]).toBe("Ben: half a secret");
    for (const text of await desk.sent()) expect(text).not.toMatch(/^all: .*secret/s);
  });

  test("whispers begun before do not make it one, nor does it make an open one of a whisper", async () => {
    const desk = new Desk();
    await desk.enter("open");
    const open = own(desk);
    await desk.enter("/whisper Cleo closed");
    const closed = own(desk);
    await desk.enter("/whisper Ben");
    desk.draft.edit(open);
    expect([desk.audience, desk.draft.isWhisper]).toEqual(["all", false]);
    desk.draft.edit(closed);
    expect([desk.audience, desk.draft.isWhisper]).toEqual(["Cleo", true]);
    await desk.enter("closed, and changed");
    expect(desk.audience).toBe("Ben");
    expect((await desk.sent()).slice(0, 2)).toEqual(["Cleo: closed", "Cleo: closed, and changed"]);
    // Nobody whispers: and yet a whisper is no open text while it is changed.
    desk.draft.escape();
    desk.draft.edit(closed);
    expect(desk.draft.isWhisper).toBe(true);
  });

  test("no command sends anything", async () => {
    const desk = new Desk();
    await desk.enter("/whisper Ben closed");
    desk.draft.edit(own(desk));
    const problem = /You are changing a message/;
    for (const text of ["/me nods", "/burn 5s x", "/whisper Cleo x", "/whisper Cleo"]) {
      expect(await desk.enter(text)).toMatch(problem);
      expect(desk.draft.body.value).toBe("");
    }
    expect(await desk.enter("/frobnicate")).toMatch(/no command/);
    expect(await desk.sent()).toEqual(["Ben: closed"]);
    expect(await desk.enter("/purge")).toBeUndefined();
    expect(desk.asked).toEqual(["purge"]);
  });

  test("a slash at its beginning makes no command of it", async () => {
    const desk = new Desk();
    await desk.enter("//purge is a command");
    expect(own(desk).body).toBe("/purge is a command");
    desk.draft.edit(own(desk));
    expect(await desk.enter()).toBeUndefined();
    expect(desk.asked).toEqual([]);
    expect(own(desk)).not.toHaveProperty("edited");
    desk.draft.edit(own(desk));
    await desk.enter("//purge ends it");
    expect(own(desk)).toMatchObject({ body: "/purge ends it", edited: true });
  });
});

test("what is told by /me begins with the alias that one goes by then", async () => {
  const desk = new Desk();
  await desk.enter("/me nods");
  desk.people.value = [{ ...ada, alias: "Heron" }, ben];
  await desk.enter("/me waves");
  const [nod, wave] = await desk.sent();
  // Before the text stand random bytes, and any of them may be an asterisk.
  expect(nod).toMatch(/\*Ada nods\*$/);
  expect(wave).toMatch(/\*Heron waves\*$/);
});

test("a blank before a command publishes nothing", async () => {
  const desk = new Desk();
  await desk.enter(" /whisper Ben secret");
  expect(await desk.enter("\n/whsper Ben secret")).toMatch(/no command/);
  expect(await desk.sent()).toEqual(["Ben: secret"]);
});

test("the banner and the preview follow what is written", () => {
  const desk = new Desk();
  const seen = computed(() => [desk.audience, desk.draft.body.value]);
  for (const [text, audience, body] of [
    ["plain", "all", "plain"],
    ["/whisper Ben", "all", ""],
    ["/whisper Ben, Cleo **x**", "Ben+Cleo", "**x**"],
    ["/me nods", "all", "*Ada nods*"],
  ]) {
    desk.draft.text.value = text ?? "";
    expect(seen.value).toEqual([audience, body]);
  }
});
