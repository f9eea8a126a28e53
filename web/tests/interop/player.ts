/** Members of both implementations behind one interface, so that a history can be played without knowing who is which. */

export type Kind = "ts" | "rust";
export type Bytes = Uint8Array<ArrayBuffer>;

/** Who a player is, whatever plays it: a refresh may even change the implementation. */
export interface Person {
  readonly roomId: string;
  readonly alias: string;
  readonly member: number;
  readonly identity: string;
  readonly seed: string;
}

export interface Made {
  readonly commit: string;
  readonly groupState: string;
}

export interface MadeKick extends Made {
  readonly admissionKey: string;
  readonly sealedName: string;
}

export interface Fresh {
  readonly root: string;
  readonly linkSecret: string;
  readonly password: string;
}

/** What a commit did, by identities. */
export interface Effect {
  readonly joined: string | undefined;
  readonly resynced: string | undefined;
  readonly renamed: string | undefined;
  readonly by: string | undefined;
  readonly removed: readonly string[];
  readonly selfRemoved: boolean;
  readonly rekey: Fresh | undefined;
}

export interface State {
  readonly epoch: number;
  readonly authenticator: string;
  readonly safety: readonly string[];
  readonly roster: readonly { identity: string; member: number; alias: string | undefined }[];
}

/** A member of either implementation. Bytes are hex. */
export interface Player {
  readonly kind: Kind;
  readonly person: Person;
  create(): Promise<string>;
  join(epoch: number, groupState: string): Promise<Made>;
  remove(identities: readonly string[]): Promise<Made>;
  rename(alias: string): Promise<Made>;
  kick(identity: string, fresh: Fresh, roomName: string): Promise<MadeKick>;
  accept(): Promise<void>;
  discard(): Promise<void>;
  apply(epoch: number, member: number, commit: string): Promise<Effect>;
  say(data: string): Promise<{ epoch: number; payload: string }>;
  /** `data`: what is whispered, encoded. */
  whisper(identities: readonly string[], data: string): Promise<{ epoch: number; payload: string }>;
  /** What is whispered in `data`, if it is for this player. */
  open(epoch: number, from: string, data: string): Promise<string | undefined>;
  hear(epoch: number, payload: string): Promise<{ from: string; data: string }>;
  state(): Promise<State>;
  drop(): Promise<void>;
}

export const toHex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
export const toBytes = (hex: string): Bytes => new Uint8Array(Buffer.from(hex, "hex"));
export const randomHex = (length: number): string =>
  toHex(crypto.getRandomValues(new Uint8Array(length)));
