import type { RandomStream } from './streams.ts';

/** A version 4 UUID out of a named stream: ids that AWS makes up are the same for the same seed. */
export function uuid(stream: RandomStream): string {
  const word = () => Math.floor(stream.next() * 0x1_0000_0000);
  const hex = (n: number) => n.toString(16).padStart(8, '0');
  const a = hex(word());
  const b = hex(word());
  const c = hex(word());
  const d = hex(word());
  const variant = '89ab'[Number.parseInt(c[0]!, 16) & 3];
  return `${a}-${b.slice(0, 4)}-4${b.slice(5)}-${variant}${c.slice(1, 4)}-${c.slice(4)}${d}`;
}
