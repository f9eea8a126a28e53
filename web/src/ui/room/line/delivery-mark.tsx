/**
 * The small mark at the end of an own message: how far it came. Told apart by its shape, never by a colour alone.
 *
 * Invariant: every state takes the same place, so that nothing moves when one follows another.
 */
import type { ReadonlySignal } from "@preact/signals";
import type { JSX } from "preact";
import type { ConnectionState, Delivery } from "../../../session/types";
import { deliveryWords, type Standing } from "../../words/delivery";
import "./delivery-mark.css";

interface DeliveryMarkProps {
  readonly delivery: Delivery;
  readonly connection: ReadonlySignal<ConnectionState>;
}

export function DeliveryMark({ delivery, connection }: DeliveryMarkProps) {
  const waits = delivery === "sending" && connection.value !== "connected";
  const standing = waits ? "waiting" : delivery;
  const words = deliveryWords(standing);
  return (
    <span
      class="delivery"
      data-standing={standing}
      data-delivery={delivery}
      role="img"
      aria-label={words}
      title={words}
    >
      <svg viewBox="0 0 20 14" aria-hidden="true">
        {SHAPES[standing]}
      </svg>
    </span>
  );
}

const clock = (
  <>
    <circle cx="11" cy="7" r="5.25" />
    <path d="M11 4v3.2l2.1 1.3" />
  </>
);
const warning = (
  <>
    <circle cx="11" cy="7" r="5.25" />
    <path d="M11 4.2v3.2M11 9.7v.1" />
  </>
);
const tick = <path d="M6.5 7.5l3 3L16 4" />;

const SHAPES: Readonly<Record<Standing, JSX.Element>> = {
  sending: clock,
  waiting: clock,
  sent: tick,
  everyone: <path d="M2 7.5l3 3L11.5 4M8.8 9.7l.8.8L16 4" />,
  missed: (
    <>
      <path d="M2 7.5l3 3L11.5 4" />
      <path d="M16 3.2v4.6M16 10.7v.1" />
    </>
  ),
  failed: warning,
  "too-large": warning,
};
