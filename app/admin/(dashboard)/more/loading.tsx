export { ListSkeleton as default } from "#components/admin/page-skeleton.tsx";
