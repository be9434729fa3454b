import type { Grant } from './grant.ts';

/**
 * Whoever ends a restore closes its record and writes its receipt: into the vault, under the region's key, and into the
 * catalog.
 */
export const writeReceipts: Grant = ({ vault, catalog, receipts }, role) => {
  receipts.grantSign(role);
  vault.grantWriteReceipts(role);
  catalog.grantFind(role);
  catalog.grantRecordRestore(role);
};
