/** The last line of a dialog that asks nothing. */
export function Closing({ onClose }: { readonly onClose: () => void }) {
  return (
    <div class="dialog-actions">
      <button type="button" class="button" onClick={onClose}>
        Close
      </button>
    </div>
  );
}
