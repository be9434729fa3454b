import type { Filter } from '@aws-sdk/client-rds';
import type { RandomStream } from '../random/streams.ts';
import { type Call, NotModelled } from '../service.ts';
import { invalidParameterValue, keyNotAccessible } from './errors.ts';
import type { RegionStore } from './store.ts';

/** What awaits the next snapshot of a name. */
export type Fate = 'fails' | 'hangs' | 'vanishes';

export interface Context {
  readonly call: Call;
  readonly here: RegionStore;
  readonly region: (name: string) => RegionStore;
  readonly everyRegion: () => Iterable<RegionStore>;
  readonly chance: RandomStream;
  readonly checkKey: (region: string, key: string) => void;
  readonly isDark: (region: string) => boolean;
  /** The fate laid on a snapshot name; taking it uses it up. */
  readonly takeFate: (region: string, snapshotId: string) => Fate | undefined;
}

export interface Operation {
  readonly members: readonly string[];
  run(input: object, context: Context): object;
}

/** An operation with the members of its input that it reads; any other member fails loudly. */
export const operation = <Input extends object>(
  members: readonly (keyof Input & string)[],
  run: (input: Input, context: Context) => object,
): Operation => ({ members, run: (input, context) => run(input as Input, context) });

/** 1 to 63 letters, digits and hyphens, a letter first, no hyphen last, no two in a row; stored in lower case. */
const IDENTIFIER = /^[a-z](?!.*--)[a-z0-9-]{0,62}$/;

export function identifier(member: string, value: string | undefined): string {
  const id = value?.toLowerCase() ?? '';
  if (!IDENTIFIER.test(id) || id.endsWith('-'))
    throw invalidParameterValue(
      `The parameter ${member} is not a valid identifier. Identifiers must begin with a letter; must contain only ASCII letters, digits, and hyphens; and must not end with a hyphen or contain two consecutive hyphens. Received: ${value}`,
    );
  return id;
}

export const arnOf = (call: Call, kind: string, id: string): string =>
  `arn:aws:rds:${call.region}:${call.account}:${kind}:${id}`;

export function usableKey(context: Context, key: string): void {
  try {
    context.checkKey(context.call.region, key);
  } catch (error) {
    if (error instanceof NotModelled) throw error;
    throw keyNotAccessible(
      `The specified KMS key [${key}] does not exist, is not enabled or you do not have permissions to access it. (${error instanceof Error ? error.message : String(error)})`,
    );
  }
}

/** Describe calls take 20 to 100 records a page and answer with a marker while more follow. */
export function page<Item>(
  items: readonly Item[],
  input: { readonly MaxRecords?: number | undefined; readonly Marker?: string | undefined },
): { readonly items: readonly Item[]; readonly Marker?: string } {
  const size = input.MaxRecords ?? 100;
  if (size < 20 || size > 100)
    throw invalidParameterValue(`Invalid value ${size} for MaxRecords. Must be between 20 and 100`);
  const start = input.Marker === undefined ? 0 : Number(input.Marker);
  if (!Number.isInteger(start)) throw invalidParameterValue(`Invalid marker: ${input.Marker}`);
  const end = start + size;
  return {
    items: items.slice(start, end),
    ...(end < items.length ? { Marker: String(end) } : {}),
  };
}

/** Keeps the items for which every filter names one of the item's values. Unknown filter names fail loudly. */
export function filtered<Item>(
  operationName: string,
  items: readonly Item[],
  filters: readonly Filter[] | undefined,
  read: Readonly<Record<string, (item: Item) => readonly string[]>>,
): Item[] {
  return items.filter((item) =>
    (filters ?? []).every((filter) => {
      const values = read[filter.Name ?? ''];
      if (!values) throw new NotModelled('rds', `the filter ${filter.Name} of ${operationName}`);
      const own = values(item);
      return (filter.Values ?? []).some((value) => own.includes(value.toLowerCase()) || own.includes(value));
    }),
  );
}
