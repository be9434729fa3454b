import { SFNClient } from '@aws-sdk/client-sfn';
import { connect } from '../../adapters/aws/clients.ts';
import { sfnRuns } from '../../adapters/aws/sfn-runs.ts';
import type { Runs } from '../../core/ports/runs.ts';

export const runs = ({ AWS_REGION }: { readonly AWS_REGION: string }): { readonly runs: Runs } => ({
  runs: sfnRuns(connect(new SFNClient({ region: AWS_REGION }), 'sfn', AWS_REGION)),
});
