/** The key that purges: neither by accident nor by holding it down. */
import { expect, test } from "vitest";
import { isPurgeKey } from "../../src/ui/room/purge-key";

const press = (more: Partial<KeyboardEvent>): boolean =>
  isPurgeKey({
    code: "KeyP",
    key: "P",
    altKey: true,
    shiftKey: true,
    ctrlKey: false,
    metaKey: false,
    repeat: false,
    ...more,
  } as KeyboardEvent);

test("Alt+Shift+P, by letter or by place", () => {
  expect(press({})).toBe(true);
  // With Alt, macOS types another character; on other layouts the letter is on another key.
  expect(press({ key: "∏" })).toBe(true);
  expect(press({ code: "KeyR", key: "P" })).toBe(true);
});

test("nothing less, nothing more, and no repetition", () => {
  expect(press({ altKey: false })).toBe(false);
  expect(press({ shiftKey: false })).toBe(false);
  expect(press({ ctrlKey: true })).toBe(false);
  expect(press({ repeat: true })).toBe(false);
  expect(press({ code: "KeyO", key: "O" })).toBe(false);
});
