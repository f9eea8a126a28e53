/** Commands and keys, from the tables that make them work; keys only where there are any. */
import { Dialog } from "../parts/dialog";
import { finePointer } from "../parts/media";
import { Closing } from "./closing";
import { COMMANDS } from "./composer/commands";
import { FORMATS } from "./composer/formats";
import { keyWords, LABELS } from "./composer/formatting-bar";
import { LINE_ACTIONS } from "./line/line-actions";
import { PURGE_KEY_WORDS } from "./purge-key";
import { SEARCH_KEY_WORDS } from "./search/search-key";
import "./help.css";

const WRITING: readonly (readonly [string, string])[] = [
  ["Enter", "Send"],
  ["Shift+Enter", "New line"],
  ["↑ in an empty field", "Edit the last message"],
  ["Esc", "Stop editing, replying or whispering"],
];

const LINES: readonly (readonly [string, string])[] = [
  ["↑ ↓ Home End", "Go from message to message"],
  ["Enter", "All that can be done with it"],
];

/** How an action is called where no message is meant. */
const ACTION_WORDS: Readonly<Record<string, string>> = {
  reply: "Reply",
  edit: "Edit",
  copy: "Copy text",
  whisper: "Whisper to its writer",
  delete: "Delete",
};

export function Help({ onClose }: { readonly onClose: () => void }) {
  return (
    <Dialog title={finePointer.value ? "Commands and keys" : "Commands"} onClose={onClose}>
      <section class="help">
        {finePointer.value && <h3>Commands</h3>}
        <dl>
          {COMMANDS.map(({ name, form, says }) => (
            <div key={name}>
              <dt>
                <code>/{name}</code> {form}
              </dt>
              <dd>{says}</dd>
            </div>
          ))}
          <div>
            <dt>
              <code>@</code>alias
            </dt>
            <dd>Mention somebody</dd>
          </div>
          <div>
            <dt>
              alias<code>:</code> message
            </dt>
            <dd>Says where an alias ends, if somebody else’s goes on as your message does</dd>
          </div>
          <div>
            <dt>
              <code>{"//"}</code> message
            </dt>
            <dd>A message that begins with a slash</dd>
          </div>
        </dl>
        {finePointer.value ? <AllKeys /> : <p>Hold a message to see what can be done with it.</p>}
      </section>
      <Closing onClose={onClose} />
    </Dialog>
  );
}

function AllKeys() {
  return (
    <>
      <h3>Writing</h3>
      <Keys
        keys={[
          ...WRITING,
          ...FORMATS.map((format) => [keyWords(format), LABELS[format.name]] as const),
        ]}
      />
      <h3>On a message</h3>
      <Keys
        keys={[
          ...LINES,
          ...LINE_ACTIONS.flatMap(({ name, key }) =>
            key === undefined
              ? []
              : [[key === "Delete" ? key : key.toUpperCase(), ACTION_WORDS[name] ?? name] as const],
          ),
        ]}
      />
      <h3>Anywhere</h3>
      <Keys
        keys={[
          [SEARCH_KEY_WORDS, "Search in what is on this screen"],
          [`${PURGE_KEY_WORDS} twice`, "End the room for everyone"],
        ]}
      />
      <p class="quiet small">On a Mac, ⌘ stands for Ctrl.</p>
    </>
  );
}

function Keys({ keys }: { readonly keys: readonly (readonly [string, string])[] }) {
  return (
    <dl>
      {keys.map(([key, words]) => (
        <div key={key + words}>
          <dt>
            <kbd>{key}</kbd>
          </dt>
          <dd>{words}</dd>
        </div>
      ))}
    </dl>
  );
}
