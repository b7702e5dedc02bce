// The pages that start processes, as one file to load: the shop's first view lists each file of the lab.
export { ExplorePage } from "../explore/explore-page.tsx";
export { WorkshopPage } from "../workshop/workshop-page.tsx";
