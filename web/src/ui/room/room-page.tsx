/**
 * The room: header, conversation, composer, people, invitation, and the dialogs over them.
 *
 * Invariants:
 * - At most one dialog is open, and the page under it is inert and hidden from screen readers.
 * - The invitation stands in one place at a time: in the page, or in a dialog. It folds by itself when the first has come: who that
 *   is must be seen, and no password stands there while people talk. Beside the conversation it stays if it is opened again.
 */
import { useSignal, useSignalEffect } from "@preact/signals";
import { useEffect, useLayoutEffect, useMemo, useRef } from "preact/hooks";
import type { Person, RoomView } from "../../session/types";
import { later } from "../parts/later";
import { broad, wide } from "../parts/media";
import { pressed } from "../rich/opening";
import { longAway } from "./away";
import { Composer } from "./composer/composer";
import { Draft } from "./composer/draft";
import { Conversation } from "./conversation";
import { type Asking, Dialogs } from "./dialogs";
import { Invitation } from "./invitation";
import { isEditable } from "./line/line-actions";
import { People } from "./people";
import { isPurgeKey } from "./purge-key";
import { RoomHeader } from "./room-header";
import { isSearchKey } from "./search/search-key";
import "./room-page.css";

const LinkQuestion = later(async () => (await import("../rich/link-question")).LinkQuestion);
const SearchBar = later(async () => (await import("./search/search-bar")).SearchBar);

interface RoomPageProps {
  readonly view: RoomView;
  /** After a refresh: what was here is gone. */
  readonly returned: boolean;
}

export function RoomPage({ view, returned }: RoomPageProps) {
  const asking = useSignal<Asking | undefined>(undefined);
  const inviting = useSignal(view.created);
  const searching = useSignal(false);
  const draft = useMemo(() => new Draft(view), [view]);
  const ask = (next: Asking): void => {
    asking.value = next;
  };

  const away = useSignal("");
  const since = useRef(new Map<string, number>());
  useSignalEffect(() => {
    away.value = longAway(since.current, view.people.value, view.remainingMs.value);
  });

  const remove = (id: string): void => ask({ what: "remove", id });
  const whisper = (person: Person): void => {
    // What covers the composer is gone before that takes the focus.
    asking.value = undefined;
    draft.whisper([person]);
  };
  const invite = (): void => {
    if (broad.peek()) {
      inviting.value = true;
    } else {
      inviting.value = false;
      ask({ what: "invite" });
    }
  };

  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (isSearchKey(event)) {
        event.preventDefault();
        searching.value = true;
        document.querySelector<HTMLElement>(".search-field")?.focus();
        return;
      }
      if (!isPurgeKey(event)) return;
      event.preventDefault();
      if (asking.peek()?.what === "purge") view.purge();
      else ask({ what: "purge" });
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, [view]);

  const fold = (): void => {
    if (document.activeElement?.closest(".invitation"))
      document.querySelector<HTMLElement>(".talk-scroll")?.focus({ preventScroll: true });
    inviting.value = false;
  };
  const alone = view.people.value.length <= 1;
  useLayoutEffect(() => {
    if (!alone && inviting.peek()) fold();
  }, [alone, broad.value]);

  // Only once the dialog has taken the focus: what has the focus must never be hidden.
  const asks = asking.value !== undefined;
  const covered = useSignal(false);
  useEffect(() => {
    covered.value = asks;
  }, [asks]);

  const editLast = (): void => {
    const last = view.entries
      .peek()
      .findLast((entry) => entry.kind === "message" && entry.from.self);
    if (last?.kind === "message" && isEditable(last)) draft.edit(last);
  };

  const invitation = inviting.value && <Invitation view={view} onDone={fold} />;

  return (
    <>
      <main
        class={broad.value && inviting.value ? "room room-inviting" : "room"}
        tabIndex={-1}
        aria-hidden={asks && covered.value ? true : undefined}
      >
        <RoomHeader
          view={view}
          onAsk={ask}
          onInvite={invite}
          onSearch={() => {
            searching.value = true;
          }}
        />
        {searching.value && (
          <SearchBar
            log={() => document.querySelector(".talk-log")}
            onClose={() => {
              searching.value = false;
              document.querySelector<HTMLElement>(".composer-field")?.focus();
            }}
          />
        )}
        <Conversation
          view={view}
          draft={draft}
          onAsk={ask}
          returned={returned}
          onInvite={invite}
          invites={inviting.value}
          top={broad.value ? undefined : invitation}
        />
        <Composer view={view} draft={draft} onAsk={ask} onEditLast={editLast} />
        {wide.value && (
          <aside class="room-side" aria-label="People">
            <People view={view} away={away} onRemove={remove} onWhisper={whisper} />
            {!inviting.value && (
              <button type="button" class="button side-invite" onClick={invite}>
                Invite people
              </button>
            )}
          </aside>
        )}
        {broad.value && invitation && <aside class="room-invitation">{invitation}</aside>}
      </main>
      <Dialogs
        view={view}
        asking={asking}
        away={away}
        onInvite={invite}
        onRemove={remove}
        onWhisper={whisper}
      />
      {pressed.value && <LinkQuestion />}
    </>
  );
}
