/** Failures of the MLS library become this layer's one error. */
import { E2eeError } from "../error";

/** A breach of docs/PROTOCOL.md, section 8.4. `rule` names the rule, never data. */
export function policyError(rule: string): E2eeError {
  return new E2eeError("policy", `the rules of the room are broken: ${rule}`);
}

/** Throw unless a rule holds. */
export function require(holds: boolean, rule: string): asserts holds {
  if (!holds) throw policyError(rule);
}

/** Run something of the library; whatever it throws is a refusal by RFC 9420. */
export async function byRfc9420<T>(run: () => T | Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (e) {
    if (e instanceof E2eeError) throw e;
    throw new E2eeError("mls", "the MLS library refuses it");
  }
}
