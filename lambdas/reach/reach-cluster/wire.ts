import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type * as z from 'zod';
import { connect } from '../../../adapters/aws/clients.ts';
import { secretLogins } from '../../../adapters/aws/secret-logins.ts';
import { dialHere } from '../../../adapters/network/dial.ts';
import type { env } from './env.ts';
import type { SpeakPorts } from './speak.ts';

export const wire = ({ AWS_REGION: region, REACH }: z.output<typeof env>): SpeakPorts => ({
  ends: REACH as SpeakPorts['ends'],
  dial: dialHere(),
  logins: secretLogins(connect(new SecretsManagerClient({ region }), 'secrets-manager', region)),
});
