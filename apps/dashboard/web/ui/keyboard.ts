import { useEffect, useRef } from 'react';

/** Single-key commands of a screen. Not while somebody types, nor together with Ctrl, Alt or Meta. */
export function useKeys(commands: Readonly<Record<string, () => void>>): void {
  const newest = useRef(commands);
  useEffect(() => {
    newest.current = commands;
  });
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.altKey || event.metaKey || belongsToTarget(event)) return;
      const command = new Map(Object.entries(newest.current)).get(
        event.key.length === 1 ? event.key.toLowerCase() : event.key,
      );
      if (command === undefined) return;
      event.preventDefault();
      command();
    };
    window.addEventListener('keydown', onKey);
    return () => {
      window.removeEventListener('keydown', onKey);
    };
  }, []);
}

const TYPED_INTO =
  'input, textarea, select, [contenteditable], [role="dialog"], [role="application"], [role="listbox"]';

/** Text goes into fields; the space bar and Enter press the button or follow the link that has the focus. */
function belongsToTarget({ target, key }: KeyboardEvent): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.closest(TYPED_INTO) !== null) return true;
  return (key === ' ' || key === 'Enter') && target.closest('button, a, [role="menuitem"]') !== null;
}
