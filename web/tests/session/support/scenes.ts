/** What many scenes begin with. */
import type { Entry, RoomView } from "../../../src/session/index";
import { Tab } from "./tab";
import { until } from "./until";

export const PASSWORD = "correct horse battery staple";

/** Somebody makes a room. */
export async function create(origin: string, alias = "Ada", lifetimeMinutes = 60): Promise<Tab> {
  const tab = new Tab(origin);
  await tab.app.create({ alias, roomName: "Greenhouse", password: PASSWORD, lifetimeMinutes });
  await tab.inside();
  return tab;
}

/** Somebody opens a link at `origin` and joins. */
export async function join(
  origin: string,
  link: string,
  alias: string,
  password = PASSWORD,
): Promise<Tab> {
  const { pathname, hash } = new URL(link);
  const tab = new Tab(origin, pathname + hash);
  await tab.app.join({ alias, password });
  return tab;
}

/** The link of the room that a tab is in. */
export function linkOf(tab: Tab): string {
  return roomOf(tab).invitation.value.link;
}

/** The room that a tab is in. */
export function roomOf(tab: Tab): RoomView {
  const room = tab.app.room.value;
  if (room === undefined)
    throw new Error(`not in a room but ${JSON.stringify(tab.app.phase.value)}`);
  return room;
}

/** What a tab shows of who said what, in order. */
export function said(tab: Tab): string[] {
  return roomOf(tab)
    .entries.value.filter((entry) => entry.kind === "message")
    .map((entry) => `${entry.from.alias}: ${entry.body}`);
}

/** Who is listed, in order of names. */
export function aliases(tab: Tab): string[] {
  return roomOf(tab)
    .people.value.map(({ alias }) => alias)
    .sort();
}

/** Settles once a tab shows that somebody said something. */
export function hears(tab: Tab, line: string): Promise<true> {
  return until(
    `to hear "${line}"`,
    () => tab.app.room.value !== undefined && said(tab).includes(line),
  );
}

/** Settles once a tab lists exactly these. */
export function sees(tab: Tab, ...names: string[]): Promise<true> {
  const wanted = names.sort().join();
  return until(
    `to see ${wanted}`,
    () => tab.app.room.value !== undefined && aliases(tab).join() === wanted,
  );
}

/** Settles once a tab shows a line of this kind. */
export function told<K extends Entry["kind"]>(
  tab: Tab,
  kind: K,
): Promise<Extract<Entry, { kind: K }>> {
  return until(`to be told "${kind}"`, () =>
    tab.app.room.value?.entries.value.find(
      (entry): entry is Extract<Entry, { kind: K }> => entry.kind === kind,
    ),
  );
}

/** The kinds of lines that a tab shows, without messages. */
export function news(tab: Tab): string[] {
  return roomOf(tab)
    .entries.value.map(({ kind }) => kind as string)
    .filter((kind) => kind !== "message");
}
