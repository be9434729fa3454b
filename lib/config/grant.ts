import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { Estate } from '../access/estate.ts';
import type { VaultAccess } from '../access/vault-access.ts';

/** What one task's role is let do. */
export type Grant = (estate: Estate, role: IRole) => void;

/** What one task needs is what its steps need together. */
export const may =
  (...grants: readonly Grant[]): Grant =>
  (estate, role) => {
    for (const grant of grants) grant(estate, role);
  };

/** Where recovery points are taken, ever. */
export const whereCaptured =
  (grant: Grant): Grant =>
  (estate, role) => {
    if (estate.captures) grant(estate, role);
  };

/** Captures, copies and decisions are made in the primary: elsewhere nothing is needed for them. */
export const inPrimary =
  (grant: Grant): Grant =>
  (estate, role) => {
    if (estate.isPrimary) grant(estate, role);
  };

/** The same in every vault that recovery points are copied to. */
export const there =
  (grant: (vault: VaultAccess, role: IRole) => void): Grant =>
  ({ recoveryVaults }, role) => {
    for (const vault of recoveryVaults) grant(vault, role);
  };
