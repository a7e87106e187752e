export { CardsSkeleton as default } from "#components/admin/page-skeleton.tsx";
