import type { Draft } from './draft.ts';
import { type Check, type Finding, finding } from './finding.ts';

type DraftCluster = Draft['clusters'][string];
type DraftSwitch = NonNullable<DraftCluster['switch']>[number];

interface At {
  readonly name: string;
  readonly cluster: DraftCluster;
  readonly one: DraftSwitch;
  readonly steps: readonly (string | number)[];
}

const all = ({ clusters }: Draft): readonly At[] =>
  Object.entries(clusters).flatMap(([name, cluster]) =>
    (cluster.switch ?? []).map((one, n) => ({ name, cluster, one, steps: ['clusters', name, 'switch', n] })),
  );

const groupOf = ({ groups }: Draft, name: string) =>
  Object.values(groups).find(({ layers }) => layers.some((layer) => layer.includes(name)));

/** The two regions that a switch may point to. */
const sidesOf = (draft: Draft, name: string): readonly string[] => {
  const { primary, recovery } = draft.regions;
  const to = groupOf(draft, name)?.to ?? (recovery.length === 1 ? recovery[0] : undefined);
  return [primary, to].filter((region) => region !== undefined);
};

const grouped: Check = (draft) =>
  all(draft).flatMap(({ name, steps }) =>
    groupOf(draft, name)
      ? []
      : [
          finding(
            steps,
            `${name} is in no group, and only a group changes sides; name it in a layer of one, or remove this`,
          ),
        ],
  );

const regions: Check = (draft) =>
  all(draft).flatMap(({ name, one, steps }): Finding[] => {
    const sides = sidesOf(draft, name);
    return Object.keys(one.values ?? {})
      .filter((region) => sides.length === 2 && !sides.includes(region))
      .map((region) =>
        finding([...steps, 'values', region], `${name} is never there; its sides are ${sides.join(' and ')}`),
      );
  });

/** Why a cluster has no address of its own that this switch could say in a region. */
function addressless(
  { engine, reach, restoreInto }: DraftCluster,
  one: DraftSwitch,
  region: string,
  home?: string,
) {
  if (engine === 'ebs') return 'restored volumes have no address';
  if (engine === 'objects' && one.record !== undefined)
    return 'a record cannot point to a bucket by its name';
  const there = region === home ? reach : restoreInto[region]?.reach;
  return engine === 'tidb' && there?.sql?.host === undefined
    ? 'its reach there names no sql endpoint, which applications would speak to'
    : undefined;
}

const addresses: Check = (draft) =>
  all(draft).flatMap(({ name, cluster, one, steps }): Finding[] =>
    sidesOf(draft, name).flatMap((region) => {
      const why = addressless(cluster, one, region, draft.regions.primary);
      return why === undefined || one.values?.[region] !== undefined
        ? []
        : [finding(steps, `say what it is to be in ${region}, as in values: { "${region}": "…" }: ${why}`)];
    }),
  );

const ROUTE_53 = 'us-east-1';

const records: Check = (draft) =>
  all(draft).flatMap(({ one, steps }) =>
    one.record !== undefined && draft.regions.primary === ROUTE_53
      ? [
          finding(
            [...steps, 'record'],
            `Route 53 is changed in ${ROUTE_53}, which is the region that would be lost: switch a parameter or a secret instead`,
          ),
        ]
      : [],
  );

const keyOf = ({ parameter, secret, field, record }: DraftSwitch): string =>
  parameter ?? record ?? `${secret}#${field ?? ''}`;

/** Two would take each other's place. */
const twice: Check = (draft) => {
  const seen = new Map<string, string>();
  return all(draft).flatMap(({ name, one, steps }): Finding[] => {
    const other = seen.get(keyOf(one));
    seen.set(keyOf(one), other ?? name);
    return other === undefined
      ? []
      : [finding(steps, `it is switched for ${other} already; remove one of them`)];
  });
};

export const SWITCH_CHECKS: readonly Check[] = [grouped, regions, addresses, records, twice];
