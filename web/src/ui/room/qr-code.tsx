/** A link as a QR code: dark on light in every theme, for cameras. The encoder loads when first needed. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { squares } from "./qr-squares";

/** Light modules around the code that cameras need (ISO/IEC 18004: four). */
const QUIET_ZONE = 4;

export function QrCode({ text }: { readonly text: string }) {
  const modules = useSignal<readonly (readonly boolean[])[] | undefined>(undefined);

  useEffect(() => {
    let current = true;
    import("uqr").then(
      ({ encode }) => {
        if (current) modules.value = encode(text, { ecc: "M", border: QUIET_ZONE }).data;
      },
      () => {
        // Without the code there is still the link.
      },
    );
    return () => {
      current = false;
    };
  }, [text]);

  const size = modules.value?.length ?? 0;
  return (
    <div class="qr">
      {modules.value && (
        <svg viewBox={`0 0 ${size} ${size}`} role="img" shape-rendering="crispEdges">
          <title>QR code of the link</title>
          <path d={squares(modules.value)} />
        </svg>
      )}
    </div>
  );
}
