/** The first line in which two logs differ, as each has it; undefined when they are equal. */
export function firstDifference(once: readonly string[], again: readonly string[]): string | undefined {
  const length = Math.max(once.length, again.length);
  for (let n = 0; n < length; n++)
    if (once[n] !== again[n])
      return `line ${n + 1}:\n  once:  ${once[n] ?? '(ended)'}\n  again: ${again[n] ?? '(ended)'}`;
  return undefined;
}
