/**
 * Keeps the page as high as what can be seen of it, so that the composer never hides under an on-screen keyboard where the
 * browser lays the keyboard over the page (Safari on iOS).
 */
export function followViewport(): void {
  const viewport = window.visualViewport;
  if (!viewport) return;
  const follow = (): void => {
    // Zoomed in, the person looks at a part of the page: its height must not follow.
    if (viewport.scale > 1) return;
    document.documentElement.style.setProperty("--view-height", `${viewport.height}px`);
  };
  viewport.addEventListener("resize", follow);
  follow();
}
