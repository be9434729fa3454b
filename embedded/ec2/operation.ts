import type { Filter, TagSpecification } from '@aws-sdk/client-ec2';
import type { Duration } from '../../core/time/instant.ts';
import type { RandomStream } from '../random/streams.ts';
import { type Call, NotModelled } from '../service.ts';
import { invalidParameterValue } from './errors.ts';
import { type RegionStore, type Tags, tagsOf } from './store.ts';

/** What awaits the next set of snapshots of an instance, or the next copy of a snapshot. */
export type Fate = 'fails' | 'hangs';

export interface Context {
  readonly call: Call;
  readonly here: RegionStore;
  readonly region: (name: string) => RegionStore;
  readonly everyRegion: () => Iterable<RegionStore>;
  readonly chance: RandomStream;
  /** Why the caller's work with a key fails in the end; undefined when it does not. EBS finds out after it has answered. */
  readonly keyTrouble: (call: Call, region: string, key: string) => string | undefined;
  readonly isDark: (region: string) => boolean;
  /** How long until lists show what was just made. */
  readonly listLag: () => Duration;
  /** The fate laid on an instance or a snapshot; taking it uses it up. */
  readonly takeFate: (region: string, id: string) => Fate | undefined;
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

/** `snap-0` and 16 more hexadecimal digits, as EC2 makes them. */
export const newId = (kind: 'i' | 'vol' | 'snap', { chance }: Pick<Context, 'chance'>): string =>
  `${kind}-0${Array.from({ length: 16 }, () => chance.between(0, 15).toString(16)).join('')}`;

/** The tags that a request gives to what it makes. */
export function tagsFor(kind: string, specifications: readonly TagSpecification[] | undefined): Tags {
  for (const { ResourceType } of specifications ?? [])
    if (ResourceType !== kind)
      throw invalidParameterValue(`'${ResourceType}' is not a taggable resource type for this operation.`);
  return tagsOf(specifications?.flatMap(({ Tags }) => Tags ?? []));
}

/** Keeps the items for which every filter names one of the item's values. Unknown filter names fail loudly. */
export function filtered<Item extends { readonly tags: Tags }>(
  operationName: string,
  items: readonly Item[],
  filters: readonly Filter[] | undefined,
  read: Readonly<Record<string, (item: Item) => string>>,
): Item[] {
  return items.filter((item) =>
    (filters ?? []).every(({ Name = '', Values = [] }) => {
      if (Values.some((value) => /[*?]/.test(value))) throw new NotModelled('ec2', `patterns in filters`);
      if (Name === 'tag-key') return Values.some((key) => item.tags.has(key));
      const key = /^tag:(.+)$/.exec(Name)?.[1];
      const reader = read[Name];
      if (key === undefined && !reader)
        throw new NotModelled('ec2', `the filter ${Name} of ${operationName}`);
      const own = key === undefined ? reader?.(item) : item.tags.get(key);
      return own !== undefined && Values.includes(own);
    }),
  );
}

interface Paged {
  readonly MaxResults?: number | undefined;
  readonly NextToken?: string | undefined;
}

/** Lists take 5 to 1,000 a page, and answer all at once when nobody asks for pages. */
export function page<Item>(items: readonly Item[], { MaxResults, NextToken }: Paged) {
  if (MaxResults !== undefined && (MaxResults < 5 || MaxResults > 1_000))
    throw invalidParameterValue(`Value (${MaxResults}) for parameter maxResults is invalid.`);
  const start = NextToken === undefined ? 0 : Number(NextToken);
  if (!Number.isInteger(start)) throw invalidParameterValue(`Invalid value '${NextToken}' for nextToken.`);
  const end = start + (MaxResults ?? items.length);
  return { items: items.slice(start, end), ...(end < items.length ? { NextToken: String(end) } : {}) };
}
