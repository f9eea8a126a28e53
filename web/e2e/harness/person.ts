/**
 * A person at a tab, who finds everything by what it is called: the accessible names that the product promises.
 */
import type { Locator, Page } from "playwright-core";

/** What an ally needs to come in; sent by two different ways. */
export interface Invitation {
  readonly link: string;
  readonly password: string;
}

export interface RoomWishes {
  readonly alias: string;
  readonly roomName?: string;
  readonly password?: string;
  readonly lifetimeMinutes?: number;
}

/** A link of a room, wherever it stands. */
const LINK = /https?:\/\/[^/\s]+\/r\/[\w-]{22}#[\w-]{32}/;

/** The pages that end a session, by the word that each must say. */
const ENDS = {
  left: /left/i,
  purging: /purging/i,
  purged: /purged/i,
  expired: /(?<!session )has expired/i,
  gone: /this session has expired or never existed/i,
  stopped: /server was stopped/i,
  removed: /you were removed/i,
} as const;

export class Person {
  constructor(readonly page: Page) {}

  field(name: "Alias" | "Room name" | "Password" | "Lifetime" | "Message"): Locator {
    return this.page.getByLabel(name, { exact: true });
  }

  button(name: string): Locator {
    return this.page.getByRole("button", { name, exact: true });
  }

  /** Makes a room from the start page and answers with its invitation, once inside. */
  async create(origin: string, wishes: RoomWishes): Promise<Invitation> {
    const password = wishes.password ?? "a passphrase for the tests";
    await this.page.goto(origin);
    await this.field("Alias").fill(wishes.alias);
    await this.field("Room name").fill(wishes.roomName ?? "Meeting");
    await this.field("Password").fill(password);
    if (wishes.lifetimeMinutes !== undefined) await this.#setLifetime(wishes.lifetimeMinutes);
    await this.button("Create room").click();
    await this.isInside();
    return { link: await this.invitationLink(), password };
  }

  /** Opens the link, fills in the form and joins. */
  async join(invitation: Invitation, alias: string): Promise<void> {
    await this.page.goto(invitation.link);
    await this.enter(invitation, alias);
  }

  /** Fills in the form of a link that is open, and joins. */
  async enter(invitation: Invitation, alias: string): Promise<void> {
    await this.knock(invitation.password, alias);
    await this.isInside();
  }

  /** Fills in the form of a link that is open, and tries; what comes of it is the caller's to see. */
  async knock(password: string, alias: string): Promise<void> {
    await this.field("Alias").fill(alias);
    await this.field("Password").fill(password);
    await this.button("Join").click();
  }

  async isInside(): Promise<void> {
    await this.#shows(this.field("Message"));
  }

  async say(text: string): Promise<void> {
    await this.field("Message").fill(text);
    await this.button("Send").click();
  }

  /** Waits until the page shows the text; a message, for example. */
  async sees(text: string | RegExp): Promise<void> {
    await this.#shows(this.page.getByText(text).filter({ visible: true }).first());
  }

  /** Whether the text stands anywhere in the page now, shown or not. */
  async has(text: string): Promise<boolean> {
    return (await this.page.content()).includes(text);
  }

  /** The whole link, as text or as value of a field. */
  async invitationLink(): Promise<string> {
    const everything = await this.page.evaluate(() => {
      const fields = [
        ...document.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>("input, textarea"),
      ];
      return [document.body.textContent, ...fields.map((field) => field.value)].join("\n");
    });
    const link = LINK.exec(everything)?.[0];
    if (link === undefined) throw new Error("the invitation link does not stand in the room");
    return link;
  }

  /** The password that stands beside the link. */
  async invitationPassword(): Promise<string> {
    const texts = await this.page
      .getByRole("region", { name: "Invitation" })
      .locator(".invitation-text")
      .allInnerTexts();
    return texts.at(-1) ?? "";
  }

  /** The two words that tell this room from others with the same name, at the door or inside. */
  async roomFingerprint(): Promise<string> {
    const [words = ""] = await this.page.locator("header .words").allInnerTexts();
    return words;
  }

  /** The two words of each person listed under the alias; needs a broad window. */
  memberFingerprints(alias: string): Promise<string[]> {
    return this.page
      .getByRole("complementary", { name: "People" })
      .getByRole("listitem")
      .filter({ has: this.page.getByText(alias, { exact: true }) })
      .locator(".person-words")
      .allInnerTexts();
  }

  /** The words that are the same on every screen. */
  async safetyPhrase(): Promise<string[]> {
    await this.button("Room menu").click();
    await this.page.getByRole("menuitem", { name: "Safety phrase" }).click();
    const dialog = this.page.getByRole("dialog");
    // Derived when it is asked for.
    await dialog.getByRole("listitem").last().waitFor();
    const words = await dialog.getByRole("listitem").allInnerTexts();
    await dialog.getByRole("button", { name: "Close" }).click();
    return words;
  }

  /** Leave and Purge ask once, and the dialog repeats the verb. */
  async leave(): Promise<void> {
    await this.#sayTwice("Leave");
    await this.isAtTheEnd("left");
  }

  /** `end`: where that leads; "purging" as long as there is no connection. */
  async purge(end: "purged" | "purging" = "purged"): Promise<void> {
    await this.#sayTwice("Purge");
    await this.isAtTheEnd(end);
  }

  async isAtTheEnd(end: keyof typeof ENDS): Promise<void> {
    await this.#shows(this.page.getByRole("heading", { name: ENDS[end] }));
    if ((await this.field("Message").count()) > 0) throw new Error("the room is still there");
  }

  /** Waits, and if it does not come says what stands there instead: that is what one wants to know. */
  async #shows(wanted: Locator): Promise<void> {
    try {
      await wanted.waitFor();
    } catch {
      const shown = (await this.page.locator("body").allInnerTexts()).join();
      throw new Error(`${wanted} is not to be seen; the page shows:\n${shown}`);
    }
  }

  async #sayTwice(verb: "Leave" | "Purge"): Promise<void> {
    await this.button(verb).click();
    const dialog = this.page.getByRole("dialog");
    await dialog.getByRole("button", { name: verb, exact: true }).click();
  }

  async #setLifetime(minutes: number): Promise<void> {
    const field = this.field("Lifetime");
    const kind = await field.evaluate((element) => element.tagName);
    if (kind === "SELECT") await field.selectOption(String(minutes));
    else await field.fill(String(minutes));
  }
}
