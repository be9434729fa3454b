import { RDSClient } from '@aws-sdk/client-rds';
import { SFNClient } from '@aws-sdk/client-sfn';
import { connect } from '../../adapters/aws/clients.ts';
import { rdsOldSides } from '../../adapters/aws/rds-old-sides.ts';
import { sfnRuns } from '../../adapters/aws/sfn-runs.ts';
import type { OldSides } from '../../core/ports/old-sides.ts';
import type { Runs } from '../../core/ports/runs.ts';

export const runs = ({ AWS_REGION }: { readonly AWS_REGION: string }): { readonly runs: Runs } => ({
  runs: sfnRuns(connect(new SFNClient({ region: AWS_REGION }), 'sfn', AWS_REGION)),
});

/** What is left in this region, never in the one that is lost. */
export const oldSides = ({
  AWS_REGION: region,
}: {
  readonly AWS_REGION: string;
}): { readonly oldSides: OldSides } => ({
  oldSides: rdsOldSides(connect(new RDSClient({ region }), 'rds', region)),
});
