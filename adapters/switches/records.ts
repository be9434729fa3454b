import {
  ChangeResourceRecordSetsCommand,
  ListResourceRecordSetsCommand,
  type Route53Client,
} from '@aws-sdk/client-route-53';
import { SwitchNotUsable } from '../../core/errors/registry.ts';
import type { Turned } from '../../core/ports/switchboard.ts';
import type { RecordSwitch } from '../../core/switch/switch.ts';
import { orFault } from '../aws/faults.ts';

const HOST = /^[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*\.?$/i;
const ADDRESS = /^[\d.]+$|:/;

/** Route 53 writes names out in full. */
const full = (name: string): string => `${name.replace(/\.$/, '').toLowerCase()}.`;

/** Answers when Route 53 has taken the change; its name servers have it within a minute, as a rule (API_ChangeResourceRecordSets.html). */
export async function turnRecord(client: Route53Client, one: RecordSwitch, text: string): Promise<Turned> {
  const { record, hostedZone, ttl } = one;
  if (!HOST.test(text) || ADDRESS.test(text))
    throw new SwitchNotUsable(
      `a CNAME points to a name; received ${text} for ${record}: say a name under "values"`,
      { record },
    );
  const seconds = Math.round(ttl / 1_000);
  const found = await lookAt(client, one);
  const before = found?.values.join(', ');
  if (found?.ttl === seconds && found.values.length === 1 && full(found.values[0]!) === full(text))
    return { changed: false, ...(before !== undefined && { before }) };
  const change = new ChangeResourceRecordSetsCommand({
    HostedZoneId: hostedZone,
    ChangeBatch: {
      Comment: 'Holdfast: the side of its group that is the true one',
      Changes: [
        {
          Action: 'UPSERT',
          ResourceRecordSet: {
            ...{ Name: full(record), Type: 'CNAME', TTL: seconds },
            ResourceRecords: [{ Value: text }],
          },
        },
      ],
    },
  });
  await naming(one, () => client.send(change));
  return { changed: true, ...(before !== undefined && { before }) };
}

async function lookAt(client: Route53Client, one: RecordSwitch) {
  const { ResourceRecordSets: [found] = [] } = await naming(one, () =>
    client.send(
      new ListResourceRecordSetsCommand({
        HostedZoneId: one.hostedZone,
        StartRecordName: full(one.record),
        StartRecordType: 'CNAME',
        MaxItems: 1,
      }),
    ),
  );
  if (!found || full(found.Name ?? '') !== full(one.record) || found.Type !== 'CNAME') return undefined;
  return { ttl: found.TTL, values: (found.ResourceRecords ?? []).map(({ Value }) => Value ?? '') };
}

async function naming<T>({ record, hostedZone }: RecordSwitch, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const name = error instanceof Error ? error.name : '';
    if (name === 'NoSuchHostedZone' || name === 'InvalidChangeBatch')
      throw new SwitchNotUsable(
        `${record} cannot be a CNAME in the hosted zone ${hostedZone}: ${(error as Error).message}; look at the zone, and at other records of that name`,
        { record, hostedZone },
      );
    return orFault(() => Promise.reject(error));
  }
}
