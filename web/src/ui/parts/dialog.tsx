/**
 * A modal dialog on the browser's own <dialog>: everything outside is inert, Escape and a tap outside close it, and the focus
 * returns to where it was. A question has it on its first answer; what is read, on its title: it begins at its beginning.
 */
import type { ComponentChildren } from "preact";
import { useId, useLayoutEffect, useRef } from "preact/hooks";
import "./dialog.css";

interface DialogProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
  /** For questions: their words are read out when they open. */
  readonly alert?: boolean;
}

export function Dialog({ title, onClose, children, alert = false }: DialogProps) {
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);

  useLayoutEffect(() => {
    const element = dialog.current;
    element?.showModal();
    if (!alert) element?.querySelector("h2")?.focus();
    return () => element?.close();
  }, []);

  return (
    <dialog
      ref={dialog}
      class="dialog"
      aria-labelledby={id}
      aria-describedby={alert ? `${id}-body` : undefined}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onPointerDown={(event) => {
        if (event.target === dialog.current) onClose();
      }}
    >
      <div class="dialog-body" id={`${id}-body`}>
        <h2 id={id} tabIndex={-1}>
          {title}
        </h2>
        {children}
      </div>
    </dialog>
  );
}
