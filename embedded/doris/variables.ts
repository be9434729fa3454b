import type { ServerReply } from '../network/server.ts';
import { passes, shown } from './answers.ts';
import type { DorisCluster } from './cluster.ts';
import { refuse } from './errors.ts';
import { localTime } from './local-time.ts';
import { buildOf } from './show-catalog.ts';
import type { Filter, SelectedValue } from './sql/statement.ts';

const variablesOf = (cluster: DorisCluster, zone: string): Readonly<Record<string, string>> => ({
  system_time_zone: cluster.timeZone,
  time_zone: zone,
  version: cluster.sql.version,
  version_comment: `Doris version ${buildOf(cluster)}`,
  wait_timeout: '28800',
});

export function showVariables(cluster: DorisCluster, zone: string, filter: Filter | undefined): ServerReply {
  const variables = Object.entries(variablesOf(cluster, zone)).filter(([name]) => passes(filter, name));
  return shown(
    ['Variable_name', 'Value', 'Default_Value', 'Changed'],
    variables.map(([name, value]) => ({
      Variable_name: name,
      Value: value,
      Default_Value: value,
      Changed: 0,
    })),
    cluster.faults,
  );
}

export function selectValues(
  cluster: DorisCluster,
  zone: string,
  values: readonly SelectedValue[],
): ServerReply {
  const variables = variablesOf(cluster, zone);
  const textOf = ({ what, name }: SelectedValue): string => {
    if (what === 'literal') return name;
    if (what === 'now') return localTime(cluster.now, zone);
    return (
      variables[name.toLowerCase()] ??
      refuse(`Unknown system variable '${name}'`, 'ER_UNKNOWN_SYSTEM_VARIABLE')
    );
  };
  return { columns: values.map(({ column }) => column), rows: [values.map(textOf)] };
}
