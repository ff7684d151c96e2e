/** What a policy promises of new parts, in one sentence: goes with the threshold wherever it is kept. */
import { percent } from './nominal-rank.ts'
import type { ThresholdSettings } from './threshold-settings.ts'

/** Begins with `none:` where nothing is promised. Every promise supposes that new nominal parts are like the old ones. */
export function thresholdGuarantee({ policy, alpha, delta, sigmaK }: ThresholdSettings): string {
  switch (policy) {
    case 'youden':
      return 'none: it told the scores it was chosen on apart best (Youden), and new ones will be told apart somewhat worse'
    case 'f1':
      return 'none: it had the best F1 on the scores it was chosen on, at their mix of labels'
    case 'balanced':
      return 'none: escapes and false alarms were equally frequent among the scores it was chosen on'
    case 'cost':
      return 'none: it would have cost least on the scores it was chosen on, at the stated costs and prevalence'
    case 'max-fpr':
      return `none: at most ${percent(alpha)} of the nominal scores it was chosen on lie above; new ones may fare worse`
    case 'neyman-pearson':
      return `false-alarm rate at most ${percent(alpha)} with ${percent(1 - delta)} confidence, if scores are independent`
    case 'conformal':
      return `false-alarm rate at most ${percent(alpha)} on average over threshold sets, if scores are exchangeable`
    case 'sigma':
      return `none: ${sigmaK} standard deviations above the nominal mean say little unless scores are normal`
  }
}
