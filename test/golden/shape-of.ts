import { createHash } from 'node:crypto';
import { parseInstant } from '../../core/time/instant.ts';

/** `content.items: number`, one line per field, sorted: what a reader of another release relies on. */
export const shapeOf = (value: unknown): string[] => [...new Set(linesOf(value, ''))].sort();

export const hashOf = (shape: readonly string[]): string =>
  createHash('sha256').update(shape.join('\n')).digest('hex').slice(0, 16);

function linesOf(value: unknown, path: string): string[] {
  if (Array.isArray(value)) return value.flatMap((child) => linesOf(child, `${path}[]`));
  if (value && typeof value === 'object')
    return Object.entries(value).flatMap(([name, child]) => linesOf(child, `${path}.${name}`));
  const instant = typeof value === 'string' && parseInstant(value) !== undefined;
  return [`${path}: ${typeof value}${instant ? ' (ISO 8601)' : ''}`];
}
