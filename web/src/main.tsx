/** The entry: one session, one tree of components. */
import { render } from "preact";
import "./ui/styles/tokens.css";
import "./ui/styles/base.css";
import { createApp, generatePassword } from "./session";
import { App } from "./ui/app";
import { followViewport } from "./ui/viewport";

const root = document.getElementById("app");
if (root) {
  followViewport();
  render(<App app={createApp()} newPassphrase={generatePassword} />, root);
}
