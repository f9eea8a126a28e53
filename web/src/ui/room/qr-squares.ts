/** SVG path data for the dark modules of a QR code: one rectangle for each horizontal run. Pure. */
export function squares(modules: readonly (readonly boolean[])[]): string {
  let path = "";
  modules.forEach((row, y) => {
    let x = 0;
    while (x < row.length) {
      const from = x;
      while (row[x]) x += 1;
      if (x > from) path += `M${from} ${y}h${x - from}v1h${from - x}z`;
      x += 1;
    }
  });
  return path;
}
