/** Reasons without the secrets that a place may have repeated in its answer. */

/** @param secrets - Every occurrence is replaced; short ones too, so a reason may lose a word by chance. */
export function redacted(text: string, secrets: readonly string[]): string {
  return secrets
    .filter((secret) => secret !== '')
    .reduce((rest, secret) => rest.replaceAll(secret, '***'), text)
}
