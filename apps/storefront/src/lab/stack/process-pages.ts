// The pages that start processes, as one file to load.
export { ExplorePage } from "../explore/explore-page.tsx";
export { WorkshopPage } from "../workshop/workshop-page.tsx";
