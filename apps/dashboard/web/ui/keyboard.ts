import { useEffect, useRef } from 'react';

/** Single-key commands of a screen. Not while somebody types, nor together with Ctrl, Alt or Meta. */
export function useKeys(commands: Readonly<Record<string, () => void>>): void {
  const newest = useRef(commands);
  useEffect(() => {
    newest.current = commands;
  });
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.altKey || event.metaKey || isTyping(event.target)) return;
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

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.closest('input, textarea, select, [contenteditable], [role="dialog"], [role="application"]') !== null;
}
