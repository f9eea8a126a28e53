/** Below the fold: what it does, what it cannot do, where the code is. One sentence each, nothing oversold. */

/** Where the source stands, if whoever built this page said so (VITE_SOURCE_URL). */
const SOURCE_URL: string | undefined = import.meta.env.VITE_SOURCE_URL;

export function Honesty() {
  return (
    <section class="honesty" aria-label="What to expect">
      <h2>What it does</h2>
      <p>
        What you write is encrypted in your browser and opened only in those of the people in the
        room; the server passes it on, cannot read it, and stores nothing.
      </p>
      <h2>What it cannot do</h2>
      <p>
        It cannot keep somebody in the room from taking a screenshot, it cannot help on a device
        that is watched, and whoever runs this server could send you a changed page.
      </p>
      <h2>Where the code is</h2>
      <p>
        All of it is free software under the AGPL-3.0, and whoever runs this server owes you{" "}
        {SOURCE_URL === undefined ? (
          "its source"
        ) : (
          <a href={SOURCE_URL} rel="noreferrer">
            its source
          </a>
        )}
        .
      </p>
    </section>
  );
}
