/**
 * The three ways to a room up to the relay's admission: creating, joining, and coming back after a refresh. What follows
 * (the lease, the commit) is the same for all and stands in `frames.ts`.
 *
 * Safety: keys that come to nothing are wiped; nothing is stored and the address bar is not touched here.
 * Liveness: a connection lost on the way is tried again a few times; throttling is waited for; each way ends in an
 * admission or in `CannotEnter`, or by the attempt's signal.
 */

import type { Hello } from "../connection";
import {
  deriveRoot,
  E2eeError,
  type Invitation,
  Member,
  newIdentity,
  RoomSecrets,
  SessionKeys,
  sealRoomName,
} from "../e2ee";
import type { Bytes, ClientFrame, RelayFrame } from "../wire";
import { type Attempt, CannotEnter } from "./attempt";
import { MIN_LIFETIME_MINUTES, type Prepared, type PreparedRoom } from "./forms";
import { Keyring, newLinkSecret } from "./keyring";
import { ConnectionLost, RelayUnreachable } from "./relay";
import type { Admission, Way } from "./room";

/** How often a connection that is lost on the way is tried again before the person is told. */
const MAX_TRIES = 3;

const MS_PER_SECOND = 1000;

type Refused = Extract<RelayFrame, { readonly type: "Refused" }>;
type Admitted = Extract<RelayFrame, { readonly type: "Admitted" }>;

/** Makes a room. */
export function create(form: PreparedRoom, attempt: Attempt): Promise<Admission> {
  return persistently(attempt, async () => {
    const hello = await connect(attempt);
    if (form.lifetimeSeconds > hello.maxLifetimeS) throw lifetimeOutOfRange(hello);
    const reserved = await ask(attempt, hello, { type: "Reserve" }, "Reserved");
    const invitation = { roomId: reserved.roomId, linkSecret: newLinkSecret() };
    const secrets = await derive(form.password, invitation, attempt);
    attempt.onStep({ name: "entering" });
    const keys = await makeKeyring(secrets, invitation, form, form.roomName);
    secrets.wipe();
    const { member, groupState } = await Member.create(keys.member(1));
    return guarded([keys, member], async () => {
      const frame: ClientFrame = {
        type: "Create",
        roomId: keys.roomId,
        lifetimeS: form.lifetimeSeconds,
        admissionKey: keys.secrets.admissionKey,
        sessionKey: keys.session.publicKey,
        capsule: await keys.sealCapsule(),
        sealedName: await sealRoomName(form.roomName, invitation),
        groupState,
      };
      const admitted = await ask(attempt, hello, frame, "Admitted");
      const remainingMs = Math.min(admitted.remainingMs, form.lifetimeSeconds * MS_PER_SECOND);
      const way = { kind: "created", member } as const;
      return admission(attempt, hello, keys, { ...admitted, remainingMs }, way);
    });
  });
}

/** Joins the room of a link, once the door knows its name. */
export async function join(
  form: Prepared,
  invitation: Invitation,
  knownName: Promise<string>,
  attempt: Attempt,
): Promise<Admission> {
  const roomName = await unlessAborted(attempt, knownName);
  const secrets = await derive(form.password, invitation, attempt);
  const admitted = persistently(attempt, async () => {
    const keys = await makeKeyring(secrets, invitation, form, roomName);
    return guarded([keys], async () => {
      for (;;) {
        const hello = await connect(attempt);
        attempt.onStep({ name: "asking-to-join" });
        const { publicKey: sessionKey } = keys.session;
        const signature = await keys.secrets.signJoin(hello.nonce, sessionKey);
        const capsule = await keys.sealCapsule();
        const { roomId } = keys;
        const question = { type: "Join", roomId, sessionKey, signature, capsule } as const;
        const answer = await attempt.relay.ask(hello, question, attempt.signal);
        if (answer.type === "Admitted") {
          return admission(attempt, hello, keys, answer, { kind: "joined" });
        }
        await hindrance(attempt, hello, answer);
      }
    });
  });
  return admitted.finally(() => secrets.wipe());
}

/** Comes back to the session of what the tab kept, as long as it takes to reach the relay. */
export async function comeBack(kept: Bytes, attempt: Attempt): Promise<Admission> {
  const session = await SessionKeys.fromKept(kept);
  for (;;) {
    try {
      const hello = await connect(attempt);
      return await resume(session, hello, attempt);
    } catch (error) {
      const passes =
        error instanceof ConnectionLost ||
        (error instanceof RelayUnreachable && error.why === undefined);
      if (!passes || attempt.signal.aborted) {
        session.wipe();
        throw reasonOf(error);
      }
      attempt.onHindrance({ name: "no-connection" });
    }
  }
}

async function resume(session: SessionKeys, hello: Hello, attempt: Attempt): Promise<Admission> {
  const { publicKey: sessionKey } = session;
  const signature = await session.signResume(hello.nonce);
  const question = { type: "Resume", sessionKey, signature, lastSeq: 0n } as const;
  const resumed = await ask(attempt, hello, question, "Resumed");
  const keys = await opened(session, resumed.capsule, attempt);
  attempt.onHindrance(undefined);
  const { lastMessageId } = resumed;
  return { ...admission(attempt, hello, keys, resumed, { kind: "returned" }), lastMessageId };
}

/** The keyring in a capsule. One that does not open is from before a rekey: nothing is left to come back with. */
async function opened(session: SessionKeys, capsule: Bytes, { relay }: Attempt): Promise<Keyring> {
  try {
    return await Keyring.open(session, capsule);
  } catch (error) {
    relay.send({ type: "Leave" });
    if (error instanceof E2eeError && error.code === "seal")
      throw new CannotEnter({ ended: "locked-out" });
    throw error;
  }
}

async function connect({ relay, signal, onStep }: Attempt): Promise<Hello> {
  if (relay.present === undefined) onStep({ name: "connecting" });
  return relay.hello(signal);
}

/** The answer of the wanted type; refusals and anything else throw `CannotEnter`. */
async function ask<T extends RelayFrame["type"]>(
  { relay, signal }: Attempt,
  hello: Hello,
  question: ClientFrame,
  wanted: T,
): Promise<Extract<RelayFrame, { readonly type: T }>> {
  const answer = await relay.ask(hello, question, signal);
  if (answer.type === wanted) return answer as Extract<RelayFrame, { readonly type: T }>;
  throw answer.type === "Refused" ? refusal(answer, hello) : outOfOrder();
}

async function derive(
  password: string,
  invitation: Invitation,
  attempt: Attempt,
): Promise<RoomSecrets> {
  const onProgress = (done: number) => attempt.onStep({ name: "deriving-keys", done });
  onProgress(0);
  try {
    const root = await deriveRoot(password, invitation, { onProgress, signal: attempt.signal });
    const secrets = await RoomSecrets.fromRoot(root, invitation.roomId);
    root.fill(0);
    return secrets;
  } catch (error) {
    throw reasonOf(error);
  }
}

/** A keyring of a new member and a new session. The secrets are copied, for another try to start from. */
async function makeKeyring(
  secrets: RoomSecrets,
  { roomId, linkSecret }: Invitation,
  { alias, password }: Prepared,
  roomName: string,
): Promise<Keyring> {
  return new Keyring({
    session: await SessionKeys.create(),
    secrets: await RoomSecrets.fromRoot(secrets.root, roomId),
    roomId: roomId.slice(),
    linkSecret: linkSecret.slice(),
    password,
    roomName,
    alias,
    ...newIdentity(),
  });
}

/** Runs what leads to an admission; if it does not, what holds keys is wiped. */
async function guarded(
  holders: readonly { wipe(): void }[],
  run: () => Promise<Admission>,
): Promise<Admission> {
  try {
    return await run();
  } catch (error) {
    for (const holder of holders) holder.wipe();
    throw error;
  }
}

/** Tries again when the connection was lost before an answer. */
async function persistently(attempt: Attempt, run: () => Promise<Admission>): Promise<Admission> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await run();
    } catch (error) {
      if (!(error instanceof ConnectionLost) || tries === MAX_TRIES) throw reasonOf(error);
      attempt.onStep({ name: "connecting" });
    }
  }
}

/** Waits until a refusal that passes by itself has passed; any other one throws. */
async function hindrance(attempt: Attempt, hello: Hello, answer: RelayFrame): Promise<void> {
  if (answer.type !== "Refused") throw outOfOrder();
  if (answer.reason !== "throttled") throw refusal(answer, hello);
  const { retryAfterMs } = answer;
  attempt.onHindrance({ name: "throttled", retryAfterMs });
  await wait(attempt, retryAfterMs);
  attempt.onHindrance(undefined);
}

/** What `promise` gives, unless the attempt is given up before. */
function unlessAborted<T>({ signal }: Attempt, promise: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    signal.addEventListener("abort", () => reject(signal.reason));
    promise.then(resolve, reject);
  });
}

function wait({ browser, signal }: Attempt, ms: number): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const stop = browser.clock.after(ms, resolve);
    signal.addEventListener("abort", () => {
      stop();
      reject(signal.reason);
    });
  });
}

function admission(
  { relay, browser }: Attempt,
  hello: Hello,
  keys: Keyring,
  { member: number, remainingMs, members }: Pick<Admitted, "member" | "remainingMs" | "members">,
  way: Way,
): Admission {
  return { relay, browser, keys, hello, number, remainingMs, members, lastMessageId: 0n, way };
}

function refusal({ reason, retryAfterMs }: Refused, hello: Hello): CannotEnter {
  switch (reason) {
    case "gone":
      return new CannotEnter({ ended: "gone" });
    case "wrong-password":
    case "throttled":
      return new CannotEnter({ problem: { name: reason, retryAfterMs } });
    case "room-full":
      return new CannotEnter({ problem: { name: reason, max: hello.maxMembers } });
    case "locked":
      return new CannotEnter({ problem: { name: "room-locked" } });
    case "relay-full":
      return new CannotEnter({ problem: { name: reason } });
    case "lifetime-out-of-range":
      return lifetimeOutOfRange(hello);
  }
}

function lifetimeOutOfRange({ maxLifetimeS }: Hello): CannotEnter {
  const max = Math.floor(maxLifetimeS / 60);
  return new CannotEnter({
    problem: { name: "lifetime-out-of-range", min: MIN_LIFETIME_MINUTES, max },
  });
}

function outOfOrder(): CannotEnter {
  return new CannotEnter({ problem: { name: "tampered" } });
}

/** What a failure on the way means to a person; failures that are none of these pass as they are. */
function reasonOf(error: unknown): unknown {
  if (error instanceof ConnectionLost)
    return new CannotEnter({ problem: { name: "no-connection" } });
  if (error instanceof RelayUnreachable) {
    const outdated = error.why === "unsupported-version";
    return new CannotEnter({ problem: { name: outdated ? "page-outdated" : "no-connection" } });
  }
  if (error instanceof E2eeError && error.code === "absent")
    return new CannotEnter({ problem: { name: "no-connection" } });
  if (error instanceof E2eeError && error.code === "unsupported") {
    const what = "a worker with 19 MiB of memory";
    return new CannotEnter({ problem: { name: "browser-unsupported", what } });
  }
  if (error instanceof E2eeError && error.code !== "cancelled") {
    return new CannotEnter({ problem: { name: "tampered" } });
  }
  return error;
}
