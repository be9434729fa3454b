import type { DescribeDBEngineVersionsMessage } from '@aws-sdk/client-rds';
import { invalidParameterCombination } from './errors.ts';
import { operation, page } from './operation.ts';

interface EngineVersion {
  readonly engine: string;
  readonly version: string;
  readonly family: string;
}

const versions = (engine: string, family: string, ...names: string[]): EngineVersion[] =>
  names.map((version) => ({ engine, family, version }));

/** A few versions of each engine, oldest first; the last one is the region's default. The same in every region. */
const OFFERED: readonly EngineVersion[] = [
  ...versions('aurora-postgresql', 'aurora-postgresql15', '15.10', '15.12'),
  ...versions('aurora-postgresql', 'aurora-postgresql16', '16.4', '16.6', '16.8'),
  ...versions('aurora-mysql', 'aurora-mysql8.0', '8.0.mysql_aurora.3.08.0', '8.0.mysql_aurora.3.08.2'),
  ...versions('docdb', 'docdb5.0', '5.0.0'),
  ...versions('neptune', 'neptune1.3', '1.3.4.0'),
  ...versions('neptune', 'neptune1.4', '1.4.5.0'),
  ...versions('postgres', 'postgres16', '16.6', '16.8'),
  ...versions('mysql', 'mysql8.0', '8.0.40', '8.0.41'),
];

const offered = (engine: string): EngineVersion[] => OFFERED.filter((known) => known.engine === engine);

/** The version asked for, or the region's default: never the snapshot's own (API reference, EngineVersion). */
export function offeredVersion(engine: string, version: string | undefined): EngineVersion {
  const known = offered(engine);
  const found = version === undefined ? known.at(-1) : known.find((one) => one.version === version);
  if (!found) throw invalidParameterCombination(`Cannot find version ${version} for ${engine}`);
  return found;
}

export const isOlder = (engine: string, version: string, than: string): boolean => {
  const order = offered(engine).map((known) => known.version);
  return order.indexOf(version) < order.indexOf(than);
};

export const describeEngineVersions = operation<DescribeDBEngineVersionsMessage>(
  ['Engine', 'EngineVersion', 'MaxRecords', 'Marker'],
  (input) => {
    const found = OFFERED.filter(
      (known) =>
        (input.Engine === undefined || known.engine === input.Engine) &&
        (input.EngineVersion === undefined || known.version === input.EngineVersion),
    );
    const { items, ...rest } = page(found, input);
    return {
      DBEngineVersions: items.map((known) => ({
        Engine: known.engine,
        EngineVersion: known.version,
        DBParameterGroupFamily: known.family,
      })),
      ...rest,
    };
  },
);
