/** The layouts of folders, in the order of recognition: the particular before the general. */
import type { Layout } from './layout.ts'
import { bsdLayout } from './layout-bsd.ts'
import { mtdLayout } from './layout-mtd.ts'
import { foldersLayout, mvtecLayout } from './layout-tree.ts'

export const layouts: readonly Layout[] = [bsdLayout, mtdLayout, mvtecLayout, foldersLayout]
