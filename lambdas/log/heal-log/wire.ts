/** The same vaults, catalog and layouts. */
export { wire } from '../follow-log/wire.ts';
