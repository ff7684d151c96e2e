/** What folders of published and home-made datasets are called; compared without case, `-` and blanks as `_`. */

const nominal = new Set(
  'good ok normal normals nominal free pass passed intact healthy undamaged defect_free non_defective no_defect'.split(
    ' ',
  ),
)

/** Says "something is wrong" without saying what. */
const unnamedDefect = new Set(
  'anomaly anomalies anomalous abnormal bad ko nok ng not_ok defect defects defective fail failed damaged broken'.split(
    ' ',
  ),
)

const mask = new Set('ground_truth groundtruth gt mask masks'.split(' '))

const foreground = new Set(
  'foreground foregrounds foreground_mask foreground_masks fg fg_mask fg_masks object_mask object_masks'.split(
    ' ',
  ),
)

const normalise = (name: string): string => name.toLowerCase().replace(/[-\s]+/g, '_')

export const isNominalFolder = (name: string): boolean => nominal.has(normalise(name))
export const isMaskFolder = (name: string): boolean => mask.has(normalise(name))
export const isForegroundFolder = (name: string): boolean => foreground.has(normalise(name))

/** The defect that a folder of anomalous images names; null where its name only says that there is one. */
export const defectOf = (folder: string): string | null =>
  unnamedDefect.has(normalise(folder)) ? null : folder

/** For messages. */
export const nominalFolders: readonly string[] = [...nominal]
