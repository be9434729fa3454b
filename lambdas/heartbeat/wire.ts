import { RDSClient } from '@aws-sdk/client-rds';
import { RDSDataClient } from '@aws-sdk/client-rds-data';
import { connect } from '../../adapters/aws/clients.ts';
import { rdsDataApis } from '../../adapters/aws/rds-data-apis.ts';
import { s3HeartObjects } from '../../adapters/aws/s3-heart-objects.ts';
import type { Platform } from '../../core/ports/platform.ts';
import { configuration, reach, region, s3, telemetry } from '../shared/wiring.ts';
import type { HeartPorts } from './ports.ts';

interface HeartEnv {
  readonly AWS_REGION: string;
  readonly ACCOUNT: string;
  readonly CONFIG_BUCKET: string;
  readonly CONFIG_KEY: string;
}

/** Every way to a heart of this region. */
export function heartPorts(from: HeartEnv, platform: Platform): HeartPorts {
  const { AWS_REGION: here, ACCOUNT: account } = from;
  return {
    ...region(from),
    ...configuration(from),
    ...telemetry(platform),
    ...reach(from),
    heartObjects: s3HeartObjects(s3(here)),
    dataApis: rdsDataApis({
      data: connect(new RDSDataClient({ region: here, maxAttempts: 1 }), 'rds-data', here, 1),
      rds: connect(new RDSClient({ region: here }), 'rds', here),
      arnOf: (clusterId) => `arn:aws:rds:${here}:${account}:cluster:${clusterId}`,
    }),
  };
}
