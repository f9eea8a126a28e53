import { describe, expect, it } from "vitest";
import { isProblem, prepareCreate, prepareJoin } from "../../src/session/forms";

const form = { alias: " Ada ", roomName: " Greenhouse ", password: " a b ", lifetimeMinutes: 60 };

describe("a form", () => {
  it("is prepared as the protocol wants it", () => {
    expect(prepareCreate(form, 60)).toEqual({
      alias: "Ada",
      roomName: "Greenhouse",
      password: "a b",
      lifetimeSeconds: 3600,
    });
    expect(prepareJoin(form)).toEqual({ alias: "Ada", password: "a b" });
    expect(isProblem(prepareJoin(form))).toBe(false);
  });

  it("may not ask for more than the relay allows", () => {
    expect(prepareCreate({ ...form, lifetimeMinutes: 31 }, 30)).toEqual({
      name: "lifetime-out-of-range",
      min: 5,
      max: 30,
    });
    expect(isProblem(prepareCreate({ ...form, lifetimeMinutes: 30 }, 30))).toBe(false);
  });

  it("has bounds in bytes, not in letters", () => {
    expect(prepareJoin({ alias: "ä".repeat(33), password: "x" })).toEqual({
      name: "alias-too-long",
    });
    expect(prepareJoin({ alias: "a", password: "ä".repeat(129) })).toEqual({
      name: "password-too-long",
    });
    expect(isProblem(prepareJoin({ alias: "ä".repeat(32), password: "ä".repeat(128) }))).toBe(
      false,
    );
  });
});
