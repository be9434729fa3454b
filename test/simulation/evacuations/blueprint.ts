import type { HoldfastInput } from '../../../core/plan/input.ts';
import type { Stack } from '../../../embedded/cloudformation/assembly.ts';
import { load } from '../../../lib/config/load.ts';
import { assemblyOf } from '../../support/synthesis.ts';
import { Blueprint, START } from '../../support/world-of.ts';
import { AWAY, HOME } from '../installations.ts';

export const GROUP = 'shop';
export const FILES = 'documents';
export const ROWS = 'orders';
/** Where applications of a region read who serves them. */
export const PARAMETERS = { [FILES]: '/shop/documents/bucket', [ROWS]: '/shop/orders/endpoint' } as const;
export const BUCKETS = { [HOME]: 'acme-documents', [AWAY]: 'acme-documents-away' } as const;

/** Files, and a database that needs them: two layers, captured every four hours on whichever side is active. */
const INSTALLATION: HoldfastInput = {
  name: 'evacuations',
  regions: { primary: HOME, recovery: [AWAY] },
  plans: {
    often: {
      rules: [{ name: 'fourhourly', cron: '0 0/4 * * ? *', deadline: '1h', flexibleWindow: '0s' }],
      retention: { keepLast: 4, minimumKeep: 2 },
      objectives: { rpo: '9h', rto: '4h', survives: 'region' },
      copyAllowance: '1h',
      grace: '1d',
    },
  },
  clusters: {
    [FILES]: {
      engine: 'objects',
      plan: 'often',
      bucket: BUCKETS[HOME],
      expectedSize: '1 GB',
      restoreInto: { [AWAY]: { bucket: BUCKETS[AWAY] } },
      switch: [{ parameter: PARAMETERS[FILES] }],
    },
    [ROWS]: {
      engine: 'aurora',
      plan: 'often',
      clusterId: 'orders',
      expectedSize: '1 GB',
      restoreInto: {
        [HOME]: { subnetGroup: 'service', securityGroups: ['sg-07d3b15e'] },
        [AWAY]: { subnetGroup: 'recovery', securityGroups: ['sg-0f2a9d1c'] },
      },
      switch: [{ parameter: PARAMETERS[ROWS] }],
    },
  },
  groups: { [GROUP]: { layers: [[FILES], [ROWS]], to: AWAY, approvalWithin: '1h' } },
};

/** Nobody looks at them here, and they are deployed anew for each placement. */
const UNUSED = new Set(['AWS::CloudWatch::Alarm', 'AWS::CloudWatch::Dashboard']);

const withoutUnused = (stack: Stack): Stack => ({
  ...stack,
  template: {
    ...stack.template,
    Resources: Object.fromEntries(
      Object.entries(stack.template.Resources).filter(([, { Type }]) => !UNUSED.has(Type)),
    ),
  },
});

/** The installation of all evacuations, synthesized as it is and deployed without what nobody looks at. */
export async function evacuationsBlueprint(): Promise<Blueprint> {
  const loaded = load(INSTALLATION, START);
  if ('refused' in loaded) throw loaded.refused;
  const { installation } = loaded;
  const { stacks, files } = await assemblyOf(installation);
  return new Blueprint(installation, { stacks: stacks.map(withoutUnused), files });
}
