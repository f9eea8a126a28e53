/**
 * Chooses the page for the phase the session is in, and keeps the wick above all of them.
 *
 * Invariant: when the phase leaves the room, nothing of the room stays in the document: its whole page is unmounted in the
 * same frame.
 */
import { useComputed, useSignal } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import type { SanctuaryApp } from "../session/types";
import { DoorPage } from "./door/door-page";
import { EndedPage } from "./ended/ended-page";
import { ReturningPage } from "./returning/returning-page";
import { LoadedRoom, loadRoomPage } from "./room/loader";
import { StartPage } from "./start/start-page";
import { Wick } from "./wick";

const MINUTE_MS = 60_000;

interface AppProps {
  readonly app: SanctuaryApp;
  readonly newPassphrase: () => string;
}

export function App({ app, newPassphrase }: AppProps) {
  const phase = app.phase.value;
  const chosenMinutes = useSignal(0);
  const returning = useSignal(false);
  const first = useRef(true);

  const remaining = useComputed(() => {
    switch (app.phase.value.at) {
      case "start":
        return chosenMinutes.value * MINUTE_MS;
      case "door":
        return app.door.value?.remainingMs;
      case "room":
        return app.room.value?.remainingMs.value;
      default:
        return undefined;
    }
  });

  useEffect(() => {
    if (phase.at === "returning") returning.value = true;
    else if (phase.at !== "room") returning.value = false;
    scrollTo(0, 0);
    // A page that took no focus itself gets it as a whole, so that reading and tabbing start at its top.
    if (!first.current && document.activeElement === document.body) {
      document.querySelector<HTMLElement>("main")?.focus({ preventScroll: true });
    }
    first.current = false;
  }, [phase.at]);

  const room = app.room.value;
  const firstMs = useMemo(() => room?.remainingMs.peek() ?? 0, [room]);
  const begin = (): void => {
    loadRoomPage();
    app.prepare();
  };

  return (
    <>
      <Wick remainingMs={remaining.value} firstMs={firstMs} out={phase.at === "ended"} />
      {phase.at === "start" && (
        <StartPage
          app={app}
          newPassphrase={newPassphrase}
          onBegin={begin}
          onLifetime={(minutes) => {
            chosenMinutes.value = Number.isFinite(minutes) ? minutes : 0;
          }}
        />
      )}
      {phase.at === "door" && <DoorPage app={app} roomName={phase.roomName} onBegin={begin} />}
      {phase.at === "returning" && <ReturningPage app={app} />}
      {phase.at === "room" && room && <LoadedRoom view={room} returned={returning.value} />}
      {phase.at === "ended" && <EndedPage app={app} why={phase.why} />}
    </>
  );
}
