import { join } from 'node:path'
import { FindingError } from '../../errors.ts'
import { choice } from '../../options/kinds.ts'
import { prepareAsk } from '../../options/requests/prepare.ts'
import { type Preparation, severityOf } from '../../wire/preparation.ts'
import { type Answer, defineCommand } from '../command.ts'
import { preparationText } from '../text/preparation-text.ts'

export const prepare = defineCommand({
  name: 'prepare',
  summary: 'Find the object in every image; blank the background, center it on one canvas',
  description: [
    'Writes a dataset that every command reads: images, masks of defects and of objects, and a manifest with all columns of the source. prepare.json says how each image was made; review.html shows them, the most suspicious first. No image is lost: one in which nothing was found is kept and marked, one that cannot be read is listed.',
    'A second run of the same command does only what is missing.',
  ],
  options: {
    ...prepareAsk.options,
    failOn: choice(['error', 'warning'], { help: 'Exit with code 6 where an image is marked so.' }),
  },
  examples: [
    'plumbline prepare parts --out parts-ce --blank black --center',
    'plumbline prepare parts --out parts-front --center --margin 8 --where "angle in 170..190"',
    'plumbline prepare parts --out parts-cut --blank grey --segmenter grounded-sam --prompt "a metal chain link" --models models',
    'plumbline prepare sheets --out sheets-tiled --segmenter none --tile 512',
  ],
  async run({ failOn, ...values }, { request, task, columns }) {
    const { prepareDataset } = await import('../../pipeline.ts')
    const preparation = await prepareDataset(request(values), task)
    const { images: _, ...json } = preparation
    return {
      json: { dataset: values.out, manifest: join(values.out, 'manifest.csv'), ...json },
      text: preparationText(preparation, values.out, columns),
      ...failureOf(preparation, failOn),
    }
  },
})

/** `--fail-on`: the answer stands, the exit code is 6. */
function failureOf(
  { images, failures }: Preparation,
  failOn: 'error' | 'warning' | null,
): Pick<Answer, 'failure'> {
  if (failOn === null) return {}
  const isMet = (mark: Parameters<typeof severityOf>[0]): boolean =>
    failOn === 'warning' || severityOf(mark) === 'error'
  const met = images.filter(({ marks }) => marks.some(isMet)).length + failures.length
  if (met === 0) return {}
  return {
    failure: new FindingError(
      `--fail-on ${failOn}: met by ${met} of ${images.length + failures.length} images`,
    ),
  }
}
