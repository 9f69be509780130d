import { AttentionError } from '../errors.js';

/** How long a server may send nothing, in seconds. */
const PATIENCE = 30;

/**
 * What is waited for.
 *
 * @throws AttentionError `network` where it takes longer than 30 seconds
 */
export async function patiently<Value>(who: string, waited: Promise<Value>): Promise<Value> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stalled = new Promise<never>((_, reject) => {
    const give = () => reject(new AttentionError('network', `${who} sent nothing for ${PATIENCE} seconds.`));
    timer = setTimeout(give, 1000 * PATIENCE);
  });
  return Promise.race([waited, stalled]).finally(() => clearTimeout(timer));
}
