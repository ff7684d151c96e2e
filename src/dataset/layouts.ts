/** The layouts of folders, in the order of recognition: the particular before the general. */
import type { Layout } from './layout.ts'
import { annotatedLayouts } from './layout-annotated.ts'
import { bsdLayout } from './layout-bsd.ts'
import { dagmLayout } from './layout-dagm.ts'
import { ksddLayout } from './layout-ksdd.ts'
import { mtdLayout } from './layout-mtd.ts'
import { severstalLayout } from './layout-severstal.ts'
import { foldersLayout, mvtecLayout } from './layout-tree.ts'

export const layouts: readonly Layout[] = [
  bsdLayout,
  mtdLayout,
  ksddLayout,
  dagmLayout,
  severstalLayout,
  ...annotatedLayouts,
  mvtecLayout,
  foldersLayout,
]
