export { FiguresSkeleton as default } from "#components/admin/page-skeleton.tsx";
