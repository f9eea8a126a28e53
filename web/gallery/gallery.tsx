/** The gallery: every screen from fixed data, without a server. For development; no part of what is shipped. */
import { render, type VNode } from "preact";
import "../src/ui/styles/tokens.css";
import "../src/ui/styles/base.css";
import { App } from "../src/ui/app";
import { Mark } from "../src/ui/mark/mark";
import { followViewport } from "../src/ui/viewport";
import { Messages } from "./messages";
import { bytesFrom } from "./people";
import { scenes } from "./scenes";

const MARKS = 120;

function Contents() {
  return (
    <main style={{ padding: "2rem" }}>
      <ul>
        {Object.keys(scenes).map((name) => (
          <li key={name}>
            <a href={`?scene=${name}`}>{name}</a>
          </li>
        ))}
      </ul>
      <ul>
        {Object.keys(pieces).map((name) => (
          <li key={name}>
            <a href={`?scene=${name}`}>{name}</a>
          </li>
        ))}
      </ul>
    </main>
  );
}

function Marks() {
  return (
    <main style={{ padding: "1rem", display: "flex", flexWrap: "wrap", gap: "0.75rem" }}>
      {Array.from({ length: MARKS }, (_, i) => (
        <Mark key={i} bytes={bytesFrom(i + 1)} spoken size={i % 5 === 0 ? "large" : "medium"} />
      ))}
    </main>
  );
}

/** Parts of screens. */
const pieces: Readonly<Record<string, () => VNode>> = {
  marks: () => <Marks />,
  messages: () => <Messages />,
};

const root = document.getElementById("app");
const name = new URLSearchParams(location.search).get("scene") ?? "";
const scene = scenes[name];
if (root) {
  followViewport();
  if (scene) {
    render(
      <App app={scene()} newPassphrase={() => "velvet-anchor-drift-lemon-oxygen-puzzle"} />,
      root,
    );
  } else {
    render(pieces[name]?.() ?? <Contents />, root);
  }
}
