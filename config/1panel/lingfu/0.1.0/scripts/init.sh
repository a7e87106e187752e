#!/bin/bash
# The container's account, which is not root, owns its data.
mkdir -p ./data && chown 1000:1000 ./data && chmod 700 ./data
