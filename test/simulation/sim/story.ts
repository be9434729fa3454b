import type { Installation } from '../../../core/plan/installation.ts';

const POINT = /[a-z][a-z0-9-]*-\d{8}t\d{6}z/g;
const INSTANT = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/g;
const LINES_MAX = 16;
const COLUMNS_MAX = 320;

/**
 * The last lines of a log that matter: those that name a recovery point or a restore that a violation names, or else
 * a cluster that it names, up to the last instant that it names, or else what was said at the end.
 */
export function storyOf(
  log: readonly string[],
  violations: readonly string[],
  { clusters }: Installation,
): string[] {
  const [first] = violations;
  if (first === undefined) return [];
  const points = new Set(first.match(POINT));
  const named = clusters.map(({ name }) => name).filter((name) => new RegExp(`\\b${name}\\b`).test(first));
  const about = points.size > 0 ? [...points] : named;
  const until = points.size > 0 ? undefined : first.match(INSTANT)?.toSorted().at(-1);
  const before = until === undefined ? log : log.filter((line) => line <= `${until}~`);
  const lines = before.filter((line) => about.some((word) => line.includes(word)));
  return (lines.length > 0 ? lines : before).slice(-LINES_MAX).map(shortened);
}

const shortened = (line: string): string =>
  line.length > COLUMNS_MAX ? `${line.slice(0, COLUMNS_MAX - 1)}…` : line;
